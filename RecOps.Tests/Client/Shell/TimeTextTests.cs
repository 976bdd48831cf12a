using RecOps.Client.Shell;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(0.4, "now")]
    [InlineData(12, "12 s ago")]
    [InlineData(185, "3 min ago")]
    [InlineData(7_300, "2 h ago")]
    [InlineData(500_000, "5 d ago")]
    public void Ago_AnyAge_OneUnit(double seconds, string words) => Assert.Equal(words, TimeText.Ago(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(4, "4 s")]
    [InlineData(725, "12 min 5 s")]
    [InlineData(12_000, "3 h 20 min")]
    [InlineData(792_000, "9 d 4 h")]
    public void Duration_AnyLength_TwoUnits(double seconds, string words) =>
        Assert.Equal(words, TimeText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Near_OtherDay_SaysWhichDay()
    {
        Assert.Equal("12:00:00", TimeText.Near(Sample.Noon, Sample.Noon.AddHours(3), TimeZoneInfo.Utc));
        Assert.Equal("23 Nov 2026", TimeText.Near(Sample.Noon, Sample.Noon.AddHours(13), TimeZoneInfo.Utc));
    }

    [Fact]
    public void TimeOfDay_OtherZone_IsTheViewersClock()
    {
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(5.5), "test", "test");

        Assert.Equal("17:30:00", TimeText.TimeOfDay(Sample.Noon, zone));
        Assert.Equal("23 Nov 2026, 17:30", TimeText.Date(Sample.Noon, zone));
    }
}
