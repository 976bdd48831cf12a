using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecOps.Training.Retrieval;

/// <summary>
/// Finds the nearest of many centroids for many points: the one with the largest x·c − |c|²/2. The matrix product is computed in
/// registers, four points against four vectors of 16 centroids at a time, so that no score is written to memory.
/// </summary>
internal sealed class NearestCells
{
    /// <summary>The most points in one call; their vectors and best scores stay in the L2 cache.</summary>
    public const int Chunk = 256;

    private const int Lanes = 16;
    private const int Tile = 4;
    private readonly int _dimension;
    private readonly int _vectors;
    private readonly float[] _centroids;
    private readonly float[] _offsets;

    /// <param name="centroids">[cells, dimension].</param>
    public NearestCells(ReadOnlySpan<float> centroids, int dimension)
    {
        _dimension = dimension;
        int cells = centroids.Length / dimension;
        _vectors = (cells + (Lanes * Tile) - 1) / (Lanes * Tile) * Tile;
        _centroids = new float[_vectors * dimension * Lanes];
        _offsets = new float[_vectors * Lanes];

        // Lanes beyond the last cell never win.
        Array.Fill(_offsets, float.NegativeInfinity);
        for (int cell = 0; cell < cells; cell++)
        {
            ReadOnlySpan<float> centroid = centroids.Slice(cell * dimension, dimension);
            float square = 0;
            for (int k = 0; k < dimension; k++)
            {
                _centroids[(((cell / Lanes * dimension) + k) * Lanes) + (cell % Lanes)] = centroid[k];
                square += centroid[k] * centroid[k];
            }

            _offsets[cell] = square / -2;
        }
    }

    /// <param name="points">[count, dimension] with room for a multiple of four rows.</param>
    /// <param name="count">At most <see cref="Chunk"/>.</param>
    /// <param name="nearest">[count]; equal distances go to the lower cell.</param>
    public void Assign(ReadOnlySpan<float> points, int count, Span<int> nearest)
    {
        Span<Vector512<float>> best = stackalloc Vector512<float>[Chunk];
        Span<Vector512<float>> at = stackalloc Vector512<float>[Chunk];
        best.Fill(Vector512.Create(float.NegativeInfinity));
        at.Clear();
        int padded = (count + Tile - 1) / Tile * Tile;
        for (int vector = 0; vector < _vectors; vector += Tile)
        {
            for (int point = 0; point < padded; point += Tile)
                Compare(points, point, vector, best, at);
        }

        for (int point = 0; point < count; point++)
        {
            (int cell, float score) = (0, float.NegativeInfinity);
            for (int lane = 0; lane < Lanes; lane++)
            {
                int candidate = ((int)at[point][lane] * Lanes) + lane;
                if (best[point][lane] > score || (best[point][lane] == score && candidate < cell))
                    (cell, score) = (candidate, best[point][lane]);
            }

            nearest[point] = cell;
        }
    }

    private void Compare(ReadOnlySpan<float> points, int point, int vector, Span<Vector512<float>> best, Span<Vector512<float>> at)
    {
        ref float x = ref MemoryMarshal.GetReference(points.Slice(point * _dimension, Tile * _dimension));
        ref float c = ref MemoryMarshal.GetReference(_centroids.AsSpan(vector * _dimension * Lanes, Tile * _dimension * Lanes));
        nuint row = (nuint)_dimension;
        nuint column = (nuint)(_dimension * Lanes);
        Vector512<float> o0 = Vector512.LoadUnsafe(ref _offsets[vector * Lanes]);
        Vector512<float> o1 = Vector512.LoadUnsafe(ref _offsets[(vector + 1) * Lanes]);
        Vector512<float> o2 = Vector512.LoadUnsafe(ref _offsets[(vector + 2) * Lanes]);
        Vector512<float> o3 = Vector512.LoadUnsafe(ref _offsets[(vector + 3) * Lanes]);
        Vector512<float> a00 = o0,
            a01 = o1,
            a02 = o2,
            a03 = o3;
        Vector512<float> a10 = o0,
            a11 = o1,
            a12 = o2,
            a13 = o3;
        Vector512<float> a20 = o0,
            a21 = o1,
            a22 = o2,
            a23 = o3;
        Vector512<float> a30 = o0,
            a31 = o1,
            a32 = o2,
            a33 = o3;
        for (nuint k = 0; k < row; k++)
        {
            Vector512<float> c0 = Vector512.LoadUnsafe(ref c, k * Lanes);
            Vector512<float> c1 = Vector512.LoadUnsafe(ref c, (k * Lanes) + column);
            Vector512<float> c2 = Vector512.LoadUnsafe(ref c, (k * Lanes) + (2 * column));
            Vector512<float> c3 = Vector512.LoadUnsafe(ref c, (k * Lanes) + (3 * column));
            Vector512<float> x0 = Vector512.Create(Unsafe.Add(ref x, k));
            a00 = Vector512.FusedMultiplyAdd(x0, c0, a00);
            a01 = Vector512.FusedMultiplyAdd(x0, c1, a01);
            a02 = Vector512.FusedMultiplyAdd(x0, c2, a02);
            a03 = Vector512.FusedMultiplyAdd(x0, c3, a03);
            Vector512<float> x1 = Vector512.Create(Unsafe.Add(ref x, k + row));
            a10 = Vector512.FusedMultiplyAdd(x1, c0, a10);
            a11 = Vector512.FusedMultiplyAdd(x1, c1, a11);
            a12 = Vector512.FusedMultiplyAdd(x1, c2, a12);
            a13 = Vector512.FusedMultiplyAdd(x1, c3, a13);
            Vector512<float> x2 = Vector512.Create(Unsafe.Add(ref x, k + (2 * row)));
            a20 = Vector512.FusedMultiplyAdd(x2, c0, a20);
            a21 = Vector512.FusedMultiplyAdd(x2, c1, a21);
            a22 = Vector512.FusedMultiplyAdd(x2, c2, a22);
            a23 = Vector512.FusedMultiplyAdd(x2, c3, a23);
            Vector512<float> x3 = Vector512.Create(Unsafe.Add(ref x, k + (3 * row)));
            a30 = Vector512.FusedMultiplyAdd(x3, c0, a30);
            a31 = Vector512.FusedMultiplyAdd(x3, c1, a31);
            a32 = Vector512.FusedMultiplyAdd(x3, c2, a32);
            a33 = Vector512.FusedMultiplyAdd(x3, c3, a33);
        }

        Keep(a00, a01, a02, a03, vector, ref best[point], ref at[point]);
        Keep(a10, a11, a12, a13, vector, ref best[point + 1], ref at[point + 1]);
        Keep(a20, a21, a22, a23, vector, ref best[point + 2], ref at[point + 2]);
        Keep(a30, a31, a32, a33, vector, ref best[point + 3], ref at[point + 3]);
    }

    private static void Keep(
        Vector512<float> s0,
        Vector512<float> s1,
        Vector512<float> s2,
        Vector512<float> s3,
        int vector,
        ref Vector512<float> best,
        ref Vector512<float> at
    )
    {
        Vector512<float> score = best;
        Vector512<float> place = at;
        Better(s0, vector, ref score, ref place);
        Better(s1, vector + 1, ref score, ref place);
        Better(s2, vector + 2, ref score, ref place);
        Better(s3, vector + 3, ref score, ref place);
        best = score;
        at = place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Better(Vector512<float> candidate, int vector, ref Vector512<float> score, ref Vector512<float> place)
    {
        Vector512<float> better = Vector512.GreaterThan(candidate, score);
        score = Vector512.ConditionalSelect(better, candidate, score);
        place = Vector512.ConditionalSelect(better, Vector512.Create((float)vector), place);
    }
}
