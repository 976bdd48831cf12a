using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Dot products of a query with the codes of one block. All implementations give the same integers.</summary>
internal unsafe interface IBlockDot
{
    /// <param name="block">Codes in the order of <see cref="IndexLayout"/>.</param>
    /// <param name="query">[groups, 4], each at most <see cref="QuantizedQuery.MaxCode"/> from zero.</param>
    /// <param name="start">Initial value of the sums.</param>
    /// <returns>One sum for each item of the block.</returns>
    static abstract Vector512<int> Sum(byte* block, sbyte* query, int groups, int start);
}

/// <summary>
/// Four dimensions of 16 items at a time. vpmaddubsw adds two products in 16 bits, which cannot saturate: 2 · 255 · 64 is below 2¹⁵.
/// </summary>
internal readonly unsafe struct Avx512BlockDot : IBlockDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Sum(byte* block, sbyte* query, int groups, int start)
    {
        Vector512<short> ones = Vector512<short>.One;
        Vector512<int> even = Vector512.Create(start);
        Vector512<int> odd = Vector512<int>.Zero;
        int group = 0;
        for (; group + 1 < groups; group += 2)
        {
            even += Products(block + (group * 64), query + (group * 4), ones);
            odd += Products(block + (group * 64) + 64, query + (group * 4) + 4, ones);
        }

        if (group < groups)
            even += Products(block + (group * 64), query + (group * 4), ones);
        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(byte* codes, sbyte* query, Vector512<short> ones) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512.Load(codes), Vector512.Create(*(int*)query).AsSByte()), ones);
}

/// <summary>As <see cref="Avx512BlockDot"/>, in halves.</summary>
internal readonly unsafe struct Avx2BlockDot : IBlockDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Sum(byte* block, sbyte* query, int groups, int start)
    {
        Vector256<short> ones = Vector256<short>.One;
        Vector256<int> lower = Vector256.Create(start);
        Vector256<int> upper = Vector256.Create(start);
        for (int group = 0; group < groups; group++)
        {
            Vector256<sbyte> four = Vector256.Create(*(int*)(query + (group * 4))).AsSByte();
            byte* codes = block + (group * 64);
            lower += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(codes), four), ones);
            upper += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(codes + 32), four), ones);
        }

        return Vector512.Create(lower, upper);
    }
}

/// <summary>For every other processor.</summary>
internal readonly unsafe struct PortableBlockDot : IBlockDot
{
    public static Vector512<int> Sum(byte* block, sbyte* query, int groups, int start)
    {
        int* sums = stackalloc int[IndexLayout.BlockItems];
        new Span<int>(sums, IndexLayout.BlockItems).Fill(start);
        for (int group = 0; group < groups; group++)
        {
            sbyte* four = query + (group * 4);
            byte* codes = block + (group * 64);
            for (int item = 0; item < IndexLayout.BlockItems; item++, codes += 4)
                sums[item] += (codes[0] * four[0]) + (codes[1] * four[1]) + (codes[2] * four[2]) + (codes[3] * four[3]);
        }

        return Vector512.Load(sums);
    }
}
