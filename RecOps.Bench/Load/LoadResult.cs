namespace RecOps.Bench.Load;

/// <summary>How a run went.</summary>
/// <param name="Slots">In order of time.</param>
internal sealed record LoadResult(PhaseResult[] Phases, SlotResult[] Slots);

/// <summary>One phase; requests belong to the phase in which they were due.</summary>
/// <param name="Rate">Requests a second that were asked for; 0 in a closed loop.</param>
/// <param name="Sent">Requests that were due.</param>
/// <param name="Statuses">Answers by HTTP status; <c>broken</c> and <c>unanswered</c> are those without one.</param>
/// <param name="Sources">Lists by where they came from.</param>
/// <param name="Degraded">Fallback lists.</param>
/// <param name="GoodComputed">Lists within the SLO that were what a calm server gives.</param>
/// <param name="GoodDegraded">Fallback lists within the SLO.</param>
/// <param name="P999Ms">Null under 1,000 samples, where it would be noise. The other figures are null without samples.</param>
internal sealed record PhaseResult(
    double Rate,
    double Seconds,
    long Sent,
    Dictionary<string, long> Statuses,
    Dictionary<string, long> Sources,
    long Degraded,
    long GoodComputed,
    long GoodDegraded,
    double? MeanMs,
    double? P50Ms,
    double? P90Ms,
    double? P99Ms,
    double? P999Ms,
    double? MaxMs
)
{
    /// <summary>Answers with status 200.</summary>
    public long Lists => Statuses.GetValueOrDefault("200");

    public long Unavailable => Statuses.GetValueOrDefault("503");

    /// <summary>Neither a list nor a 503.</summary>
    public long Other => Sent - Lists - Unavailable;

    public double ListsPerSecond => Lists / Seconds;
}

/// <summary>A tenth of a second, for seeing how fast things recover.</summary>
/// <param name="Start">Seconds from the start of the run.</param>
/// <param name="Sent">Requests that were due.</param>
/// <param name="Missed">Those that were not a list within the SLO.</param>
internal sealed record SlotResult(double Start, int Phase, int Sent, int Lists, int Degraded, int Unavailable, int Missed, double P99Ms);
