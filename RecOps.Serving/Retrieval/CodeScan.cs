using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Estimates the scores of consecutive blocks' items, and adds those above the bar to a shortlist.</summary>
internal static unsafe class CodeScan
{
    /// <summary>
    /// Prefetch distance in bytes: the processor's own prefetcher stops at each page, and cells are only a few pages long.
    /// </summary>
    private const int Ahead = 2048;

    /// <param name="index">The cells.</param>
    /// <param name="first">First block.</param>
    /// <param name="end">The block after the last.</param>
    /// <param name="scales">[blocks · 16]: scale of the sums, by position.</param>
    /// <param name="filter">Items that may be returned; checked only for those above the bar.</param>
    public static void Scan(
        IndexView index,
        int first,
        int end,
        float* scales,
        QuantizedQuery query,
        in ItemFilter filter,
        Shortlist shortlist
    )
    {
        if (Avx512BW.IsSupported)
            Scan<Avx512BlockDot>(index, first, end, scales, query, filter, shortlist);
        else if (Avx2.IsSupported)
            Scan<Avx2BlockDot>(index, first, end, scales, query, filter, shortlist);
        else
            Scan<PortableBlockDot>(index, first, end, scales, query, filter, shortlist);
    }

    /// <summary>Scans with a given dot product implementation.</summary>
    public static void Scan<TDot>(
        IndexView index,
        int first,
        int end,
        float* scales,
        QuantizedQuery query,
        in ItemFilter filter,
        Shortlist shortlist
    )
        where TDot : IBlockDot
    {
        fixed (sbyte* codes = query.Codes)
        {
            int groups = index.BlockBytes / 64;
            float bar = shortlist.Bar;
            Vector512<float> queryScale = Vector512.Create(query.Scale);
            for (int block = first; block < end; block++)
            {
                byte* at = index.Codes + ((long)block * index.BlockBytes);
                if (Sse.IsSupported)
                {
                    for (int line = 0; line < index.BlockBytes; line += 64)
                        Sse.Prefetch0(at + Ahead + line);
                }

                Vector512<float> sums = Vector512.ConvertToSingle(TDot.Sum(at, codes, groups, query.Start));
                Vector512<float> estimates = sums * Vector512.Load(scales + ((long)block * IndexLayout.BlockItems)) * queryScale;
                ulong above = Vector512.GreaterThan(estimates, Vector512.Create(bar)).ExtractMostSignificantBits();
                if (above == 0)
                    continue;
                int* items = index.Permutation + ((long)block * IndexLayout.BlockItems);
                for (; above != 0; above &= above - 1)
                {
                    int place = BitOperations.TrailingZeroCount(above);
                    int item = items[place];
                    float estimate = estimates[place];
                    if (item < 0 || !(estimate > bar))
                        continue;
                    if (filter.Allows(item))
                    {
                        shortlist.Add(item, estimate);
                        bar = shortlist.Bar;
                    }
                    else
                    {
                        shortlist.Refuse();
                    }
                }
            }
        }
    }
}
