using RecOps.Serving.Caching;
using Xunit;

namespace RecOps.Tests.Serving.Caching;

public sealed class DurationTests
{
    [Theory]
    [InlineData("300", 300)]
    [InlineData("0.5", 0.5)]
    [InlineData("00:05:00", 300)]
    [InlineData("1.00:00:00", 86_400)]
    public void Convert_SecondsOrSpan_Read(string text, double seconds)
    {
        Assert.Equal(Duration.FromSeconds(seconds), new Duration.Converter().ConvertFrom(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("1e300")]
    public void Convert_AnythingElse_Refused(string text)
    {
        Assert.Throws<FormatException>(() => new Duration.Converter().ConvertFrom(text));
    }
}
