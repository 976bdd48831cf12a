namespace RecOps.Shared.Telemetry;

/// <summary>
/// One second of the server's life; sent over server-sent events as event <c>snapshot</c>, and returned for a past second on request.
/// </summary>
/// <param name="Second">What happened in the last whole second.</param>
/// <param name="Minute">The last 60 seconds, percentiles merged from their histograms, never averaged.</param>
/// <param name="Server">Null for a past second when it is not known.</param>
public sealed record TelemetrySnapshot(DateTimeOffset Time, TelemetryWindow Second, TelemetryWindow Minute, ServerState? Server)
{
    /// <summary>Null where <see cref="Server"/> is.</summary>
    public SloState? Slo { get; set; }

    /// <summary>The alerts firing then, most severe first; null where <see cref="Server"/> is.</summary>
    public FiringAlert[]? Alerts { get; set; }
}

/// <summary>Requests of one period.</summary>
/// <param name="Start">Its start.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Requests">Recommendation requests answered, batch members counted one by one.</param>
/// <param name="Failures">Those answered with a 5xx.</param>
/// <param name="Rejected">Those answered with a 4xx.</param>
/// <param name="Degraded">Those answered with a fallback list.</param>
/// <param name="Sources">Number of lists by source.</param>
/// <param name="Stages">Latency by stage; every stage is present, even with a count of 0.</param>
/// <param name="Events">Shopper events accepted.</param>
public sealed record TelemetryWindow(
    DateTimeOffset Start,
    int Seconds,
    long Requests,
    long Failures,
    long Rejected,
    long Degraded,
    Dictionary<string, long> Sources,
    StageLatency[] Stages,
    long Events
)
{
    /// <summary>Lists within the SLO's time.</summary>
    public long Good { get; set; }

    public BatchWindow? Batches { get; set; }

    public RetrievalWindow? Retrieval { get; set; }

    public CacheWindow? Cache { get; set; }

    /// <summary>Shares are means over the time, sizes are maxima.</summary>
    public ProcessState? Process { get; set; }

    /// <summary>GPUs; absent where none was found. Shares and watts are means over the time, sizes are maxima.</summary>
    public DeviceState[]? Devices { get; set; }

    public double RequestsPerSecond => Seconds == 0 ? 0 : (double)Requests / Seconds;
}

/// <summary>Latency of one stage, milliseconds; percentiles are null without samples.</summary>
/// <param name="SumMs">Sum of all samples, to 1 %, so that shares of time and means are not guessed from percentiles.</param>
/// <param name="P999Ms">Null with fewer than 1000 samples, where it would be noise.</param>
public sealed record StageLatency(
    string Stage,
    long Count,
    double SumMs,
    double? P50Ms,
    double? P90Ms,
    double? P99Ms,
    double? P999Ms,
    double? MaxMs
);

/// <summary>The server's state, for the header and the provider card.</summary>
public sealed record ServerState(
    string Version,
    string Environment,
    DateTimeOffset Started,
    ModelState Model,
    ProviderState Provider,
    ProcessState Process
)
{
    public CandidateIndexState? Index { get; set; }

    public LoadState? Load { get; set; }

    /// <summary>Version of the published rules applied to lists; 0 for none.</summary>
    public int RulesVersion { get; set; }

    /// <summary>Servers on the same database that are up, this one included; 0 when it is not known.</summary>
    public int Replicas { get; set; }

    /// <summary>Why there are no figures of a GPU; null when there are.</summary>
    public string? NoDevices { get; set; }
}

/// <summary>The active bundle.</summary>
public sealed record ModelState(string Name, string Version, DateTimeOffset Created, int Items, int Users, int Clusters, int Dimension);

/// <summary>Where the ranker runs.</summary>
/// <param name="Configured">Inference:Provider.</param>
/// <param name="Actual">The provider actually in use.</param>
/// <param name="Reason">Why that one is in use.</param>
/// <param name="Precision">Numbers it calculates in: fp32, fp16 or int8.</param>
public sealed record ProviderState(string Configured, string Actual, string Reason, string Precision = "fp32");

/// <param name="CpuPercent">Of all cores, 0 to 100.</param>
public sealed record ProcessState(double CpuPercent, int Cores, long WorkingSetBytes, long ManagedHeapBytes, double GcPausePercent)
{
    /// <summary>Of the thread pool.</summary>
    public int Threads { get; set; }

    /// <summary>Work items waiting for a pool thread; more than a few for long means that threads are blocked.</summary>
    public long QueuedWork { get; set; }

    /// <summary>Allocated per second by managed code.</summary>
    public double AllocatedBytesPerSecond { get; set; }
}

/// <summary>A GPU as reported by its driver (NVML). Figures that the driver does not report are absent.</summary>
public sealed record DeviceState(int Index, string Name)
{
    /// <summary>
    /// Percent of the time in which anything at all ran on it. One small batch after another reads as 100, so it does not show how much
    /// capacity is left.
    /// </summary>
    public double? Utilization { get; set; }

    public long? MemoryUsedBytes { get; set; }

    public long? MemoryTotalBytes { get; set; }

    public double? PowerWatts { get; set; }

    public double? PowerLimitWatts { get; set; }

    /// <summary>Degrees Celsius.</summary>
    public double? Temperature { get; set; }

    /// <summary>Why the driver no longer reports on it, such as "GPU is lost"; null while it does.</summary>
    public string? Problem { get; set; }
}

/// <summary>Past windows of <paramref name="StepSeconds"/> each, oldest first.</summary>
public sealed record TelemetryHistory(int StepSeconds, TelemetryWindow[] Windows);

/// <summary>Names of the stages, in the order that a request passes through them.</summary>
public static class Stage
{
    public const string Queue = "queue";
    public const string Embedding = "embedding";
    public const string Retrieval = "retrieval";
    public const string Ranking = "ranking";
    public const string Rules = "rules";
    public const string Total = "total";

    public static readonly string[] All = [Queue, Embedding, Retrieval, Ranking, Rules, Total];
}
