using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FsCheck.Xunit;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed unsafe class BlockDotTests
{
    [Property(MaxTest = 200)]
    public void Sum_AnyCodes_SameInEveryWay(Choices random)
    {
        int groups = random.Next(2, 129);
        var codes = new byte[groups * 64];
        random.NextBytes(codes);
        var query = new sbyte[groups * 4];
        for (int i = 0; i < query.Length; i++)
            query[i] = (sbyte)random.Next(-QuantizedQuery.MaxCode, QuantizedQuery.MaxCode + 1);
        ExpectSame(codes, query, groups, random.Next(-1000, 1000));
    }

    [Theory]
    [InlineData(255, 64)]
    [InlineData(255, -64)]
    [InlineData(1, -64)]
    public void Sum_LargestCodes_DoesNotSaturate(int code, int query)
    {
        var codes = new byte[128 * 64];
        Array.Fill(codes, (byte)code);
        var queries = new sbyte[128 * 4];
        Array.Fill(queries, (sbyte)query);
        ExpectSame(codes, queries, 128, 0);
    }

    private static void ExpectSame(byte[] codes, sbyte[] query, int groups, int start)
    {
        int[] expected =
        [
            .. Enumerable
                .Range(0, IndexLayout.BlockItems)
                .Select(item => start + Enumerable.Range(0, groups * 4).Sum(i => query[i] * codes[(i / 4 * 64) + (item * 4) + (i % 4)])),
        ];
        fixed (byte* block = codes)
        fixed (sbyte* numbers = query)
        {
            Assert.Equal(expected, Values(PortableBlockDot.Sum(block, numbers, groups, start)));
            if (Avx2.IsSupported)
                Assert.Equal(expected, Values(Avx2BlockDot.Sum(block, numbers, groups, start)));
            if (Avx512BW.IsSupported)
                Assert.Equal(expected, Values(Avx512BlockDot.Sum(block, numbers, groups, start)));
        }
    }

    private static int[] Values(Vector512<int> sums) => [.. Enumerable.Range(0, IndexLayout.BlockItems).Select(i => sums[i])];
}
