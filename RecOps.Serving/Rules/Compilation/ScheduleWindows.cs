using System.Globalization;
using RecOps.Shared;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// When a schedule is active. Local times are converted to instants before they are compared, so that a clock change neither switches a
/// rule twice nor skips it.
/// 1. A repeated local time can mean two instants: a window starts at the first and ends at the last.
/// 2. A skipped local time means the instant after the gap.
/// 3. A window that is skipped as a whole opens then, for its own length.
/// </summary>
internal sealed class ScheduleWindows
{
    public const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm";
    public const string TimeFormat = "HH:mm";
    private const int DaysAhead = 8;
    private readonly TimeZoneInfo _zone;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _to;
    private readonly bool _isDaily;
    private readonly bool[] _days = new bool[7];
    private readonly TimeOnly _start;
    private readonly TimeOnly? _end;

    /// <param name="schedule">Validated.</param>
    public ScheduleWindows(RuleSchedule schedule)
    {
        _zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);
        _from = schedule.From is { } from ? First(ParseDateTime(from)) : DateTimeOffset.MinValue;
        _to =
            schedule.To is not { } to ? DateTimeOffset.MaxValue
            : schedule.From is null ? Last(ParseDateTime(to))
            : EndOf(ParseDateTime(schedule.From), ParseDateTime(to));
        _isDaily = schedule.Days is not null || schedule.StartTime is not null || schedule.EndTime is not null;
        for (int day = 0; day < 7; day++)
            _days[day] = schedule.Days is null || schedule.Days.Contains(RuleDay.All[day], StringComparer.OrdinalIgnoreCase);
        _start = schedule.StartTime is { } start ? ParseTime(start) : TimeOnly.MinValue;
        _end = schedule.EndTime is { } end ? ParseTime(end) : null;
    }

    /// <param name="next">When the result may change; the far future for never.</param>
    public bool IsOn(DateTimeOffset moment, out DateTimeOffset next)
    {
        if (moment < _from)
            return Until(_from, out next, isOn: false);
        if (moment >= _to)
            return Until(DateTimeOffset.MaxValue, out next, isOn: false);
        if (!_isDaily)
            return Until(_to, out next, isOn: true);
        next = DateTimeOffset.MaxValue;
        DateTimeOffset end = DateTimeOffset.MinValue;
        foreach ((DateTimeOffset begin, DateTimeOffset until) in WindowsFrom(moment))
        {
            bool joins = begin <= moment || begin <= end;
            if (joins && until > moment)
                end = end > until ? end : until;
            else if (begin > moment && begin < next)
                next = begin;
        }

        bool isOn = end > moment;
        DateTimeOffset change = isOn ? end : next;
        return Until(change < _to ? change : _to, out next, isOn);
    }

    /// <summary>Windows that end after an instant, in order, each clipped to the schedule's own bounds.</summary>
    /// <param name="days">How far to look.</param>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> After(DateTimeOffset moment, int days)
    {
        DateTimeOffset limit = moment.AddDays(days);
        DateTimeOffset at = moment;
        while (at < limit)
        {
            if (IsOn(at, out DateTimeOffset next))
            {
                yield return (at == moment ? BeginOf(at) : at, next);
            }

            if (next >= limit)
                yield break;
            at = next;
        }
    }

    private DateTimeOffset BeginOf(DateTimeOffset moment)
    {
        if (!_isDaily)
            return _from;
        foreach ((DateTimeOffset begin, DateTimeOffset until) in WindowsFrom(moment))
        {
            if (begin <= moment && until > moment)
                return begin > _from ? begin : _from;
        }

        return moment;
    }

    private static bool Until(DateTimeOffset change, out DateTimeOffset next, bool isOn)
    {
        next = change;
        return isOn;
    }

    public static DateTime ParseDateTime(string text) => DateTime.ParseExact(text, DateTimeFormat, CultureInfo.InvariantCulture);

    public static TimeOnly ParseTime(string text) => TimeOnly.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The first instant that a local time can mean.</summary>
    public static DateTimeOffset FirstMoment(string local, TimeZoneInfo zone) => LocalTime.First(ParseDateTime(local), zone);

    /// <summary>From the previous day on: a window may extend past midnight.</summary>
    private IEnumerable<(DateTimeOffset Begin, DateTimeOffset End)> WindowsFrom(DateTimeOffset moment)
    {
        DateTime today = TimeZoneInfo.ConvertTime(moment, _zone).DateTime.Date;
        for (int offset = -1; offset <= DaysAhead; offset++)
        {
            DateTime day = today.AddDays(offset);
            if (!_days[((int)day.DayOfWeek + 6) % 7])
                continue;
            DateTime begin = day + _start.ToTimeSpan();
            DateTime end =
                _end is not { } time ? day.AddDays(1)
                : time > _start ? day + time.ToTimeSpan()
                : day.AddDays(1) + time.ToTimeSpan();
            yield return (First(begin), EndOf(begin, end));
        }
    }

    private DateTimeOffset EndOf(DateTime begin, DateTime end)
    {
        DateTimeOffset last = Last(end);
        return last > First(begin) ? last : First(begin) + (end - begin);
    }

    private DateTimeOffset First(DateTime local) => LocalTime.First(local, _zone);

    private DateTimeOffset Last(DateTime local) => LocalTime.Last(local, _zone);
}
