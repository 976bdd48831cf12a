using System.Text;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Import;

public sealed class FieldParserTests
{
    [Theory]
    [InlineData("2010-12-01T08:26:00Z", 1291191960)]
    [InlineData("2010-12-01T08:26:00", 1291191960)]
    [InlineData("2010-12-01 08:26", 1291191960)]
    [InlineData("2010-12-01T08:26:00.999Z", 1291191960)]
    [InlineData("2010-12-01T10:26:00+02:00", 1291191960)]
    [InlineData("2010-12-01T03:56:00-0430", 1291191960)]
    [InlineData("2010-12-01T09:26:00+01", 1291191960)]
    [InlineData("2010-12-01", 1291161600)]
    [InlineData("2016-12-31T23:59:60Z", 1483228799)]
    [InlineData("1291191960", 1291191960)]
    [InlineData("1291191960.75", 1291191960)]
    [InlineData("0", 0)]
    public void TryParseTime_KnownForm_GivesUnixSeconds(string text, long expected)
    {
        Assert.True(FieldParser.TryParseTime(Encoding.UTF8.GetBytes(text), out long time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2010-13-01")]
    [InlineData("2010-02-30T00:00:00Z")]
    [InlineData("2010-12-01T24:00:00Z")]
    [InlineData("2010-12-01T08:60:00Z")]
    [InlineData("2010-12-01T08:26:00Y")]
    [InlineData("2010-12-01T08:26:00+25:00")]
    [InlineData("2010-12-01T")]
    [InlineData("2010-12-01T08:26:00.Z")]
    [InlineData("01/12/2010")]
    [InlineData("1291191960000")]
    [InlineData("-5")]
    [InlineData("12:30")]
    [InlineData("1969-12-31")]
    [InlineData("2200-01-01")]
    public void TryParseTime_Nonsense_IsRefused(string text) => Assert.False(FieldParser.TryParseTime(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryParseTime_AnyRoundTripTime_AgreesWithTheRuntime()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            DateTimeOffset expected = DateTimeOffset
                .FromUnixTimeSeconds(random.NextInt64(90_000, FieldParser.MaxTime - 90_000))
                .ToOffset(TimeSpan.FromMinutes(random.Next(-840, 841)));
            string text = expected.ToString("yyyy-MM-ddTHH:mm:sszzz", null);
            Assert.True(FieldParser.TryParseTime(Encoding.UTF8.GetBytes(text), out long time), text);
            Assert.Equal(expected.ToUnixTimeSeconds(), time);
        }
    }

    [Theory]
    [InlineData("12.50", true)]
    [InlineData("0", true)]
    [InlineData("1e-05", true)]
    [InlineData("-1", false)]
    [InlineData("12,50", false)]
    [InlineData("£3", false)]
    [InlineData("NaN", false)]
    public void TryParsePrice_Text_IsAcceptedOnlyIfANumberOfAtLeastZero(string text, bool expected) =>
        Assert.Equal(expected, FieldParser.TryParsePrice(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("YES", true, true)]
    [InlineData("1", true, true)]
    [InlineData("False", true, false)]
    [InlineData("no", true, false)]
    [InlineData("0", true, false)]
    [InlineData("maybe", false, false)]
    public void TryParseBoolean_Text_IsAcceptedInAnyCase(string text, bool parsed, bool expected)
    {
        Assert.Equal(parsed, FieldParser.TryParseBoolean(Encoding.UTF8.GetBytes(text), out bool value));
        Assert.Equal(expected, value);
    }
}
