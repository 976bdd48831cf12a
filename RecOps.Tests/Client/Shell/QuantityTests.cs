using RecOps.Client.Shell;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 ms")]
    [InlineData(0.034, "0.03 ms")]
    [InlineData(3.128, "3.13 ms")]
    [InlineData(31.26, "31.3 ms")]
    [InlineData(312.4, "312 ms")]
    [InlineData(4321.0, "4,321 ms")]
    [InlineData(12_345.0, "12.3 s")]
    public void Milliseconds_AnyLength_ThreeFigures(double? ms, string shown) => Assert.Equal(shown, Quantity.Milliseconds(ms).ToString());

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0/s")]
    [InlineData(3.44, "3.4/s")]
    [InlineData(1284.4, "1,284/s")]
    [InlineData(125_000.0, "125,000/s")]
    public void PerSecond_AnyRate_HasUnit(double? rate, string shown) => Assert.Equal(shown, Quantity.PerSecond(rate).ToString());

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0%")]
    [InlineData(0.04, "<0.1%")]
    [InlineData(4.26, "4.3%")]
    [InlineData(99.7, "100%")]
    public void Percent_Small_IsNotRoundedToNothing(double? percent, string shown) =>
        Assert.Equal(shown, Quantity.Percent(percent).ToString());

    [Theory]
    [InlineData(null, "–")]
    [InlineData(512L, "512 B")]
    [InlineData(1023L, "1.00 KB")]
    [InlineData(412_000_000L, "393 MB")]
    [InlineData(2_500_000_000L, "2.33 GB")]
    public void Bytes_AnySize_StaysUnderFourFigures(long? bytes, string shown) => Assert.Equal(shown, Quantity.Bytes(bytes).ToString());

    [Fact]
    public void Count_Large_SeparatesThousands() => Assert.Equal("2,000,000", Quantity.Count(2_000_000).ToString());

    [Fact]
    public void Price_Unknown_IsADash() => Assert.Equal(("4.99", "–"), (Quantity.Price(4.99m).Value, Quantity.Price(null).Value));
}
