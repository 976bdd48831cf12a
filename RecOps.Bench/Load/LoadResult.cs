namespace RecOps.Bench.Load;

/// <summary>Result of a run.</summary>
/// <param name="Slots">In order of time.</param>
internal sealed record LoadResult(PhaseResult[] Phases, SlotResult[] Slots);

/// <summary>Result of one phase; requests belong to the phase in which they were due.</summary>
/// <param name="Rate">Requested rate per second; 0 in a closed loop.</param>
/// <param name="Sent">Requests that were due.</param>
/// <param name="Statuses">Answers by HTTP status; <c>broken</c> and <c>unanswered</c> have none.</param>
/// <param name="Sources">Lists by source.</param>
/// <param name="Degraded">Fallback lists.</param>
/// <param name="GoodComputed">Lists within the SLO that were not fallback lists.</param>
/// <param name="GoodDegraded">Fallback lists within the SLO.</param>
/// <param name="P999Ms">Null below 1,000 samples, where it would be noise. The other figures are null without samples.</param>
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

/// <summary>Result of a tenth of a second, to show how fast a server recovers.</summary>
/// <param name="Start">Seconds from the start of the run.</param>
/// <param name="Sent">Requests that were due.</param>
/// <param name="Missed">Requests that did not get a list within the SLO.</param>
internal sealed record SlotResult(double Start, int Phase, int Sent, int Lists, int Degraded, int Unavailable, int Missed, double P99Ms);
