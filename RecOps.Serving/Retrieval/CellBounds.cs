using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Estimates how good a cell's best items can be for a query.
/// 1. The query is scored against the centroids, from one-byte codes as for items.
/// 2. Scores of a cell's items spread around the centroid's by |q| · spread, so the bound is centroid score + reach · |q| · spread.
/// 3. For cosines, the bound is divided by the root mean square of the item norms, derived from centroid and spread.
/// </summary>
internal sealed unsafe class CellBounds
{
    private readonly int _blocks;
    private readonly int _blockBytes;
    private readonly byte[] _codes;
    private readonly float[] _scales;
    private readonly float[] _spreads;
    private readonly float[] _inverseNorms;

    public CellBounds(BundleIndex index, int dimension)
    {
        _blocks = (index.Cells + IndexLayout.BlockItems - 1) / IndexLayout.BlockItems;
        _blockBytes = IndexLayout.BlockBytes(dimension);
        _codes = GC.AllocateUninitializedArray<byte>(_blocks * _blockBytes, pinned: true);
        Array.Fill(_codes, IndexLayout.ZeroCode);
        _scales = new float[Capacity];
        _spreads = new float[Capacity];
        _inverseNorms = new float[Capacity];
        for (int cell = 0; cell < index.Cells; cell++)
        {
            Span<byte> block = _codes.AsSpan(cell / IndexLayout.BlockItems * _blockBytes, _blockBytes);
            _scales[cell] = IndexLayout.Encode(index.Centroids[cell], block, cell % IndexLayout.BlockItems);
            float spread = index.Spreads[cell][0];
            _spreads[cell] = spread;

            // The mean square of the norms of a cell's items, derived from centroid and spread.
            float square = TensorPrimitives.SumOfSquares(index.Centroids[cell]) + (dimension * spread * spread);
            _inverseNorms[cell] = square > 0 ? 1 / MathF.Sqrt(square) : 0;
        }
    }

    /// <summary>Cells, rounded up to whole blocks.</summary>
    public int Capacity => _blocks * IndexLayout.BlockItems;

    /// <param name="cosine">Whether items are scored by cosine instead of dot product.</param>
    /// <param name="bounds">[<see cref="Capacity"/>]; values beyond the last cell are meaningless.</param>
    public void Fill(QuantizedQuery query, float reach, bool cosine, Span<float> bounds)
    {
        if (Avx512BW.IsSupported)
            Fill<Avx512BlockDot>(query, reach, cosine, bounds);
        else if (Avx2.IsSupported)
            Fill<Avx2BlockDot>(query, reach, cosine, bounds);
        else
            Fill<PortableBlockDot>(query, reach, cosine, bounds);
    }

    private void Fill<TDot>(QuantizedQuery query, float reach, bool cosine, Span<float> bounds)
        where TDot : IBlockDot
    {
        Vector512<float> queryScale = Vector512.Create(query.Scale);
        Vector512<float> width = Vector512.Create(reach * query.Norm);
        byte* codes = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_codes, 0);
        fixed (sbyte* queryCodes = query.Codes)
        {
            for (int block = 0; block < _blocks; block++)
            {
                nuint at = (nuint)(block * IndexLayout.BlockItems);
                Vector512<int> sums = TDot.Sum(codes + (block * _blockBytes), queryCodes, _blockBytes / 64, query.Start);
                Vector512<float> bound =
                    (Vector512.ConvertToSingle(sums) * Vector512.LoadUnsafe(ref _scales[0], at) * queryScale)
                    + (width * Vector512.LoadUnsafe(ref _spreads[0], at));
                if (cosine)
                    bound *= Vector512.LoadUnsafe(ref _inverseNorms[0], at);
                bound.StoreUnsafe(ref bounds[0], at);
            }
        }
    }
}
