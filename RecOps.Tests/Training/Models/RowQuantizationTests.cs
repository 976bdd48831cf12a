using RecOps.Training.Models;
using Xunit;

namespace RecOps.Tests.Training.Models;

public sealed class RowQuantizationTests
{
    [Fact]
    public void QuantizeColumns_AnyWeights_TwoProductsWithBytesFitSixteenBits()
    {
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 400).Select(_ => 10 * (random.NextSingle() - 0.5f))];

        (sbyte[] codes, float[] scales) = RowQuantization.QuantizeColumns(weights, columns: 8);

        Assert.True(2 * byte.MaxValue * codes.Max(code => Math.Abs((int)code)) <= short.MaxValue);
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(weights[i], codes[i] * scales[i % 8], 0.51f * scales[i % 8]);
    }
}
