using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// The measured past: an hour of seconds and two days of minutes. Windows are merged from histograms on request; percentiles are never
/// averaged. Safe from any thread.
/// </summary>
internal sealed class Timeline
{
    public const int KeptSeconds = 60 * 60;
    public const int KeptMinutes = 2 * 24 * 60;
    public const int MinuteSeconds = 60;
    private readonly SliceRing _seconds = new(KeptSeconds);
    private readonly SliceRing _minutes = new(KeptMinutes);
    private readonly Lock _lock = new();

    /// <summary>Adds the next second.</summary>
    /// <returns>The previous minute, if it has just ended; else null.</returns>
    public TelemetrySlice? Add(TelemetrySlice second)
    {
        lock (_lock)
        {
            if (_seconds.Count > 0 && _seconds[_seconds.Count - 1].Start > second.Start)
            {
                // The clock was set back: what now lies in the future is dropped.
                _seconds.DropFrom(second.Start.AddTicks(1));
                _minutes.DropFrom(DateTimeOffset.FromUnixTimeSeconds(MinuteOf(second.Start) * MinuteSeconds));
            }

            TelemetrySlice? ended =
                _seconds.Count > 0 && MinuteOf(_seconds[_seconds.Count - 1].Start) is var last && last != MinuteOf(second.Start)
                    ? MinuteFrom(last)
                    : null;
            if (ended is not null)
            {
                _minutes.DropFrom(ended.Start);
                _minutes.Add(ended);
            }

            _seconds.Add(second);
            return ended;
        }
    }

    /// <summary>Prepends what was known before a restart.</summary>
    /// <param name="seconds">Oldest first.</param>
    /// <param name="minutes">Oldest first.</param>
    public void Restore(IReadOnlyList<TelemetrySlice> seconds, IReadOnlyList<TelemetrySlice> minutes)
    {
        lock (_lock)
        {
            _seconds.Restore(seconds);
            _minutes.Restore(minutes);
        }
    }

    /// <summary>The newest seconds, oldest first.</summary>
    public TelemetrySlice[] Latest(int seconds)
    {
        lock (_lock)
            return _seconds.Newest(seconds);
    }

    /// <summary>The newest seconds as one window; null when there are none yet.</summary>
    public TelemetryWindow? LatestWindow(int seconds)
    {
        TelemetrySlice[] kept = Latest(seconds);
        return kept.Length == 0 ? null : TelemetryWindows.Of(kept);
    }

    /// <summary>
    /// Slices between two times, oldest first: seconds for steps shorter than a minute; otherwise minutes, and the seconds of the current
    /// one at the end.
    /// </summary>
    public TelemetrySlice[] Between(DateTimeOffset from, DateTimeOffset to, int stepSeconds)
    {
        lock (_lock)
        {
            if (stepSeconds < MinuteSeconds)
                return _seconds.Between(from, to);
            DateTimeOffset made =
                _minutes.Count == 0 ? DateTimeOffset.MinValue : _minutes[_minutes.Count - 1].Start.AddSeconds(MinuteSeconds);
            return [.. _minutes.Between(from, to), .. _seconds.Between(made > from ? made : from, to)];
        }
    }

    /// <summary>
    /// The second that begins at a time and the seconds before it, oldest first: as many as requested, or minutes where the seconds are
    /// gone.
    /// </summary>
    public TelemetrySlice[] UpTo(DateTimeOffset last, int seconds)
    {
        (DateTimeOffset from, DateTimeOffset to) = (last.AddSeconds(1 - seconds), last.AddSeconds(1));
        lock (_lock)
        {
            DateTimeOffset known = _seconds.Count == 0 ? to : _seconds[0].Start;
            TelemetrySlice[] minutes = _minutes.Between(from, known < to ? known : to);
            return [.. minutes, .. _seconds.Between(minutes.Length == 0 ? from : minutes[^1].Start.AddSeconds(MinuteSeconds), to)];
        }
    }

    /// <summary>
    /// The slices of each window of one length between two times, oldest first, aligned to multiples of it. Windows without data are left
    /// out.
    /// </summary>
    public IReadOnlyList<ArraySegment<TelemetrySlice>> StepsBetween(DateTimeOffset from, DateTimeOffset to, int stepSeconds)
    {
        TelemetrySlice[] kept = Between(from, to, stepSeconds);
        var steps = new List<ArraySegment<TelemetrySlice>>();
        for (int first = 0, end; first < kept.Length; first = end)
        {
            long step = kept[first].Start.ToUnixTimeSeconds() / stepSeconds;
            for (end = first; end < kept.Length && kept[end].Start.ToUnixTimeSeconds() / stepSeconds == step; )
                end++;
            steps.Add(new ArraySegment<TelemetrySlice>(kept, first, end - first));
        }

        return steps;
    }

    private TelemetrySlice MinuteFrom(long minute)
    {
        DateTimeOffset start = DateTimeOffset.FromUnixTimeSeconds(minute * MinuteSeconds);
        return SliceMerging.Merge(_seconds.Between(start, start.AddSeconds(MinuteSeconds)), start);
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / MinuteSeconds;
}
