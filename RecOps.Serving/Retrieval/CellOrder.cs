using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Yields cells by descending bound, sorting only as far as needed.
/// 1. The range between the best and the mean bound is divided into 16 bands.
/// 2. A band's cells are gathered in one vectorized pass and sorted when the band is reached.
/// 3. All cells below the mean follow as one last band.
/// </summary>
internal sealed class CellOrder(int cells, int capacity)
{
    private const int Bands = 16;
    private readonly ulong[] _band = new ulong[cells];
    private int _left;
    private int _next;
    private float _width;

    /// <summary>[capacity]; set before <see cref="Restart"/>.</summary>
    public float[] Bounds { get; } = new float[capacity];

    /// <summary>The highest bound.</summary>
    public float Best { get; private set; }

    public void Restart()
    {
        Span<float> bounds = Bounds.AsSpan(0, cells);
        Bounds.AsSpan(cells).Fill(float.NaN);
        Best = TensorPrimitives.Max<float>(bounds);
        _width = (Best - (TensorPrimitives.Sum<float>(bounds) / cells)) / Bands;
        _left = 0;
        _next = 0;
    }

    /// <returns>False when there are no more cells.</returns>
    public bool TryNext(out int cell, out float bound)
    {
        while (_left == 0)
        {
            if (_next > Bands)
            {
                (cell, bound) = (-1, float.NegativeInfinity);
                return false;
            }

            Gather(Edge(_next), Edge(_next + 1));
            _next++;
        }

        ulong key = _band[--_left];
        (cell, bound) = (ScoreKey.Number(key), ScoreKey.Score(key));
        return true;
    }

    /// <summary>Upper edge of a band; a bound on the edge belongs to the band above.</summary>
    private float Edge(int band) =>
        band switch
        {
            0 => float.PositiveInfinity,
            <= Bands => Best - (band * _width),
            _ => float.NegativeInfinity,
        };

    private void Gather(float below, float above)
    {
        Vector512<float> upper = Vector512.Create(below);
        Vector512<float> lower = Vector512.Create(above);
        for (int first = 0; first < Bounds.Length; first += 16)
        {
            Vector512<float> bounds = Vector512.LoadUnsafe(ref Bounds[0], (nuint)first);
            Vector512<float> inside = Vector512.LessThan(bounds, upper) & Vector512.GreaterThanOrEqual(bounds, lower);
            for (ulong found = inside.ExtractMostSignificantBits(); found != 0; found &= found - 1)
            {
                int cell = first + BitOperations.TrailingZeroCount(found);
                _band[_left++] = ScoreKey.Of(Bounds[cell], cell);
            }
        }

        _band.AsSpan(0, _left).Sort();
    }
}
