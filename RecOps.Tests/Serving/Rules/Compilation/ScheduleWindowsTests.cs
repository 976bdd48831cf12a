using RecOps.Serving.Rules.Compilation;
using RecOps.Shared;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Serving.Rules.Compilation;

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

    [Theory]
    [InlineData(Madrid, "2026-03-29T01:00Z")]
    [InlineData("Europe/Dublin", "2026-03-29T01:00Z")] // Winter has an hour less than the standard there.
    [InlineData("America/New_York", "2026-03-08T07:00Z")]
    public void IsOn_WindowThatIsLeftOutWhole_OpensForItsLengthAfterTheGap(string zone, string gap)
    {
        DateTimeOffset end = DateTimeOffset.Parse(gap, null);
        (string start, string until) = zone == "Europe/Dublin" ? ("01:10", "01:50") : ("02:10", "02:50");
        var schedule = new ScheduleWindows(
            new RuleSchedule
            {
                TimeZone = zone,
                StartTime = start,
                EndTime = until,
            }
        );

        Assert.Equal([(end, end.AddMinutes(40))], schedule.After(end.AddHours(-12), 1).Select(window => (window.From, window.To)));
    }

    [Theory]
    [InlineData("Europe/Dublin", "2026-03-29T01:30", "2026-03-29T01:00Z", "2026-03-29T01:00Z")] // left out
    [InlineData("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z")] // twice
    [InlineData("Europe/Dublin", "2026-07-01T12:00", "2026-07-01T11:00Z", "2026-07-01T11:00Z")]
    [InlineData("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30Z", "2026-02-15T02:30Z")] // Ramadan begins: an hour back
    [InlineData("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:00Z", "2026-03-22T02:00Z")]
    [InlineData("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00Z", "2026-04-23T22:00Z")] // a day without its midnight
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z", "2026-04-04T15:15Z")] // half an hour
    public void LocalTime_AroundClockChanges_IsTheMomentsItMeans(string zone, string local, string first, string last)
    {
        TimeZoneInfo where = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateTime time = ScheduleWindows.ParseDateTime(local);

        Assert.Equal(DateTimeOffset.Parse(first, null), LocalTime.First(time, where));
        Assert.Equal(DateTimeOffset.Parse(last, null), LocalTime.Last(time, where));
    }

    /// <summary>Checked at every minute around every clock change from 2026 to 2030, in every time zone.</summary>
    [Fact]
    public void LocalTime_EveryZoneAndClockChange_IsWhatItsMinutesSay()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int changes = 0;
        foreach (TimeZoneInfo zone in TimeZoneInfo.GetSystemTimeZones())
        {
            DateTime[] found = [.. ClockChanges(zone)];

            // Many names share one zone.
            if (
                !seen.Add(
                    string.Join(
                        ' ',
                        found.Select(change => $"{change:O} {zone.GetUtcOffset(change)} {zone.GetUtcOffset(change.AddHours(-1))}")
                    )
                )
            )
                continue;
            foreach (DateTime change in found)
            {
                changes++;
                AssertMinutes(zone, change);
            }
        }

        Assert.True(changes > 200, $"only {changes} clock changes");
    }

    private static IEnumerable<DateTime> ClockChanges(TimeZoneInfo zone)
    {
        DateTime end = new(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        TimeSpan before = zone.GetUtcOffset(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        for (DateTime hour = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc); hour < end; hour = hour.AddHours(1))
        {
            if (zone.GetUtcOffset(hour) == before)
                continue;
            before = zone.GetUtcOffset(hour);
            yield return hour;
        }
    }

    private static void AssertMinutes(TimeZoneInfo zone, DateTime change)
    {
        var meant = new Dictionary<DateTime, (DateTime First, DateTime Last)>();
        DateTime first = DateTime.MaxValue;
        DateTime latest = DateTime.MinValue;
        DateTime afterGap = change;
        for (DateTime utc = change.AddHours(-6); utc < change.AddHours(6); utc = utc.AddMinutes(1))
        {
            DateTime local = DateTime.SpecifyKind(utc + zone.GetUtcOffset(utc), DateTimeKind.Unspecified);
            meant[local] = meant.TryGetValue(local, out (DateTime First, DateTime Last) known) ? (known.First, utc) : (utc, utc);
            if (latest > DateTime.MinValue && local > latest.AddMinutes(1))
                afterGap = utc;
            first = local < first ? local : first;
            latest = local > latest ? local : latest;
        }

        // All that are near, and some that are not.
        for (DateTime local = first.AddHours(3); local < latest.AddHours(-3); local = local.AddMinutes(7))
        {
            (DateTime from, DateTime to) = meant.GetValueOrDefault(local, (afterGap, afterGap));
            Assert.True(
                from == LocalTime.First(local, zone).UtcDateTime && to == LocalTime.Last(local, zone).UtcDateTime,
                $"{zone.Id} {local:O}: {from:O} to {to:O}"
            );
        }
    }

    [Fact]
    public void IsOn_OverMidnight_BelongsToTheDayItBeganOn()
    {
        var schedule = new ScheduleWindows(
            new RuleSchedule
            {
                TimeZone = "UTC",
                Days = ["fri"],
                StartTime = "22:00",
                EndTime = "02:00",
            }
        );

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
            new()
            {
                TimeZone = Madrid,
                StartTime = "18:00",
                EndTime = "23:30",
                From = "2026-10-23T20:00",
                To = "2026-10-27T21:00",
            },
            new()
            {
                TimeZone = "America/New_York",
                StartTime = "01:00",
                EndTime = "01:30",
            },
            new()
            {
                TimeZone = "Australia/Lord_Howe",
                StartTime = "23:00",
                EndTime = "01:45",
                Days = ["sat"],
            },
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
        var schedule = new ScheduleWindows(
            new RuleSchedule
            {
                TimeZone = Madrid,
                Days = ["fri"],
                StartTime = "18:00",
                EndTime = "20:00",
                To = "2026-12-04T19:00",
            }
        );

        (DateTimeOffset From, DateTimeOffset To)[] windows =
        [
            .. schedule.After(new DateTimeOffset(2026, 11, 27, 17, 30, 0, TimeSpan.Zero), 30),
        ];

        Assert.Equal(
            [
                (new DateTimeOffset(2026, 11, 27, 17, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 27, 19, 0, 0, TimeSpan.Zero)),
                (new DateTimeOffset(2026, 12, 4, 17, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 4, 18, 0, 0, TimeSpan.Zero)),
            ],
            windows
        );
    }

    private static ScheduleWindows Daily(string start, string end) =>
        new(
            new RuleSchedule
            {
                TimeZone = Madrid,
                StartTime = start,
                EndTime = end,
            }
        );
}
