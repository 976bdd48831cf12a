using System.Numerics.Tensors;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// Which of all rules accept a price. The bounds of all rules cut the prices into pieces, each bound being a piece of its own, and within
/// one the same rules accept every price: a search among the bounds and a conjunction, however many rules there are.
/// </summary>
internal sealed class PriceTable
{
    private readonly double[] _bounds;
    private readonly ulong[] _accepting;
    private readonly int _words;

    /// <param name="ranges">Rules that ask for a price, both bounds included.</param>
    /// <param name="words">Of 64 rules each.</param>
    public PriceTable(List<(int Rule, double Min, double Max)> ranges, int words)
    {
        _words = words;
        _bounds = [.. ranges.Select(range => range.Min).Concat(ranges.Select(range => range.Max)).Distinct().Order()];
        if (_bounds.Length == 0)
        {
            _accepting = [];
            return;
        }

        // After the pieces one more, for what has no price.
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

    /// <summary>Takes away the rules that do not accept a price.</summary>
    /// <param name="price">NaN for none: no rule that asks for a price accepts that.</param>
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

    /// <summary>Pieces are in order: below the first bound, the first bound, between it and the second, and so on.</summary>
    private bool Accepts(int piece, double min, double max)
    {
        int bound = piece / 2;
        if (piece % 2 == 1)
            return bound < _bounds.Length && min <= _bounds[bound] && max >= _bounds[bound];
        return bound > 0 && bound < _bounds.Length && min <= _bounds[bound - 1] && max >= _bounds[bound];
    }
}
