using RecOps.Server.Rules.Compilation;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class ScheduleWindowsTests
{
    private const string Madrid = "Europe/Madrid";

    [Theory]
    [InlineData("2026-03-29T00:59Z", false)] // 01:59
    [InlineData("2026-03-29T01:00Z", true)] // 03:00: half past two does not happen
    [InlineData("2026-03-29T01:59Z", true)]
    [InlineData("2026-03-29T02:00Z", false)] // 04:00
    public void IsOn_BeginInTheHourThatIsLeftOut_FromTheEndOfTheGap(string moment, bool on) =>
        Assert.Equal(on, Daily("02:30", "04:00").IsOn(DateTimeOffset.Parse(moment, null), out _));

    [Theory]
    [InlineData("2026-10-24T23:29Z", false)] // 01:29
    [InlineData("2026-10-24T23:30Z", true)]
    [InlineData("2026-10-25T00:29Z", true)] // 02:29, the first time
    [InlineData("2026-10-25T00:45Z", true)] // 02:45, the first time
    [InlineData("2026-10-25T01:29Z", true)] // 02:29, the second time
    [InlineData("2026-10-25T01:30Z", false)]
    public void IsOn_EndInTheHourThatComesTwice_OnceAndUntilTheSecond(string moment, bool on) =>
        Assert.Equal(on, Daily("01:30", "02:30").IsOn(DateTimeOffset.Parse(moment, null), out _));

    [Fact]
    public void IsOn_WindowThatIsLeftOutWhole_NotThatDay()
    {
        ScheduleWindows schedule = Daily("02:10", "02:50");

        for (int minute = 0; minute < 24 * 60; minute++)
            Assert.False(schedule.IsOn(new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero).AddMinutes(minute), out _));
        Assert.True(schedule.IsOn(new DateTimeOffset(2026, 3, 30, 0, 10, 0, TimeSpan.Zero), out _));
    }

    [Fact]
    public void IsOn_OverMidnight_BelongsToTheDayItBeganOn()
    {
        var schedule = new ScheduleWindows(new RuleSchedule { TimeZone = "UTC", Days = ["fri"], StartTime = "22:00", EndTime = "02:00" });

        Assert.True(schedule.IsOn(new DateTimeOffset(2026, 11, 28, 1, 59, 0, TimeSpan.Zero), out DateTimeOffset next));
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 2, 0, 0, TimeSpan.Zero), next);
        Assert.False(schedule.IsOn(new DateTimeOffset(2026, 11, 27, 1, 0, 0, TimeSpan.Zero), out next));
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 22, 0, 0, TimeSpan.Zero), next);
    }

    [Fact]
    public void IsOn_NextChange_IsWhereItChanges()
    {
        RuleSchedule[] schedules =
        [
            new() { TimeZone = Madrid, Days = ["sat", "sun"] },
            new() { TimeZone = Madrid, StartTime = "18:00", EndTime = "23:30", From = "2026-10-23T20:00", To = "2026-10-27T21:00" },
            new() { TimeZone = "America/New_York", StartTime = "01:00", EndTime = "01:30" },
            new() { TimeZone = "Australia/Lord_Howe", StartTime = "23:00", EndTime = "01:45", Days = ["sat"] },
            new() { TimeZone = "Asia/Kathmandu", From = "2026-10-25T00:00" },
        ];
        foreach (RuleSchedule rule in schedules)
        {
            var schedule = new ScheduleWindows(rule);
            var moment = new DateTimeOffset(2026, 10, 22, 0, 0, 0, TimeSpan.Zero);
            bool before = schedule.IsOn(moment, out DateTimeOffset next);
            for (int minute = 1; minute < 14 * 24 * 60; minute++)
            {
                moment = moment.AddMinutes(1);
                bool now = schedule.IsOn(moment, out DateTimeOffset later);
                Assert.True(now == before ? moment < next : moment == next, $"{rule.TimeZone}: at {moment:O}, next {next:O}");
                (before, next) = (now, later);
            }
        }
    }

    [Fact]
    public void After_SomeDays_WindowsInOrder()
    {
        var schedule = new ScheduleWindows(new RuleSchedule { TimeZone = Madrid, Days = ["fri"], StartTime = "18:00", EndTime = "20:00", To = "2026-12-04T19:00" });

        (DateTimeOffset From, DateTimeOffset To)[] windows = [.. schedule.After(new DateTimeOffset(2026, 11, 27, 17, 30, 0, TimeSpan.Zero), 30)];

        Assert.Equal(
            [
                (new DateTimeOffset(2026, 11, 27, 17, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 27, 19, 0, 0, TimeSpan.Zero)),
                (new DateTimeOffset(2026, 12, 4, 17, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 4, 18, 0, 0, TimeSpan.Zero)),
            ],
            windows);
    }

    private static ScheduleWindows Daily(string start, string end) => new(new RuleSchedule { TimeZone = Madrid, StartTime = start, EndTime = end });
}
