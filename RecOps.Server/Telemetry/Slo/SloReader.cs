using Microsoft.Extensions.Options;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Batching;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Slo;

/// <summary>Burn rates of the error budget over several windows (Site Reliability Workbook, chapter 5).</summary>
internal sealed class SloReader(Timeline timeline, IOptions<SloOptions> options, TimeProvider time)
{
    // Seconds for up to an hour, minutes beyond.
    private static readonly int[] Minutes = [5, 30, 60, 6 * 60, Timeline.KeptMinutes];

    /// <summary>Thousands of seconds are added up, and a display refreshed each second need not be more recent than this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private volatile Reading? _last;

    public SloState Read()
    {
        SloOptions slo = options.Value;
        DateTimeOffset now = time.GetUtcNow();
        var state = new SloState(
            slo.LatencyMs,
            slo.Target,
            [.. Minutes.Select(minutes => BurnOf(Counts(now, minutes), minutes, slo.Target))]
        );
        _last = new Reading(now, state);
        return state;
    }

    /// <summary>At most a few seconds old.</summary>
    public SloState Recent(DateTimeOffset now) => _last is { } last && (now - last.At).Duration() < Fresh ? last.State : Read();

    /// <summary>What happened in the last minutes.</summary>
    public SliceCounts Counts(DateTimeOffset now, int minutes) =>
        SliceCounts.Of(timeline.Between(now.AddMinutes(-minutes), now.AddSeconds(1), minutes <= 60 ? 1 : 60));

    internal static BurnRate BurnOf(SliceCounts counts, int minutes, double target) =>
        new(
            minutes,
            counts.Requests,
            counts.Bad,
            counts.Requests == 0 ? null : (double)counts.Bad / counts.Requests / (1 - (target / 100))
        );

    private sealed record Reading(DateTimeOffset At, SloState State);
}
