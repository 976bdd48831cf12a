using System.Numerics.Tensors;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// Which rules accept a price. The bounds of all rules split the price axis into segments, with each bound a segment of its own. Within a
/// segment the same rules accept every price: one binary search and one conjunction, however many rules there are.
/// </summary>
internal sealed class PriceTable
{
    private readonly double[] _bounds;
    private readonly ulong[] _accepting;
    private readonly int _words;

    /// <param name="ranges">Rules with a price range, both bounds included.</param>
    /// <param name="words">Words of 64 rules each.</param>
    public PriceTable(List<(int Rule, double Min, double Max)> ranges, int words)
    {
        _words = words;
        _bounds = [.. ranges.Select(range => range.Min).Concat(ranges.Select(range => range.Max)).Distinct().Order()];
        if (_bounds.Length == 0)
        {
            _accepting = [];
            return;
        }

        // One extra segment at the end, for items without a price.
        _accepting = new ulong[(None + 1) * words];
        Array.Fill(_accepting, ulong.MaxValue);
        for (int piece = 0; piece <= None; piece++)
        {
            foreach ((int rule, double min, double max) in ranges)
            {
                if (!Accepts(piece, min, max))
                    _accepting[(piece * words) + (rule >> 6)] &= ~(1UL << (rule & 63));
            }
        }
    }

    private int None => (2 * _bounds.Length) + 1;

    /// <summary>Clears the rules that do not accept a price.</summary>
    /// <param name="price">NaN for none: no rule with a price range accepts that.</param>
    public void Narrow(double price, Span<ulong> rules)
    {
        if (_bounds.Length == 0)
            return;
        int found = Array.BinarySearch(_bounds, price);
        int piece =
            double.IsNaN(price) ? None
            : found >= 0 ? (2 * found) + 1
            : 2 * ~found;
        TensorPrimitives.BitwiseAnd(rules, _accepting.AsSpan(piece * _words, _words), rules);
    }

    /// <summary>Segments in order: below the first bound, the first bound, between it and the second, and so on.</summary>
    private bool Accepts(int piece, double min, double max)
    {
        int bound = piece / 2;
        if (piece % 2 == 1)
            return bound < _bounds.Length && min <= _bounds[bound] && max >= _bounds[bound];
        return bound > 0 && bound < _bounds.Length && min <= _bounds[bound - 1] && max >= _bounds[bound];
    }
}
