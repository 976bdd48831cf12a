namespace RecOps.Shared.Telemetry;

/// <summary>
/// One second of the server's life; sent over server-sent events as event <c>snapshot</c>, and given of a past second when asked for it.
/// </summary>
/// <param name="Second">What happened in the last whole second.</param>
/// <param name="Minute">The last 60 seconds, percentiles merged from their histograms, never averaged.</param>
/// <param name="Server">Null in a past second of which it is not known.</param>
public sealed record TelemetrySnapshot(DateTimeOffset Time, TelemetryWindow Second, TelemetryWindow Minute, ServerState? Server)
{
    /// <summary>Null where <see cref="Server"/> is.</summary>
    public SloState? Slo { get; set; }

    /// <summary>What fired then, the gravest first; null where <see cref="Server"/> is.</summary>
    public FiringAlert[]? Alerts { get; set; }
}

/// <summary>Requests of one stretch of time.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Requests">Recommendation requests answered, batch members counted one by one.</param>
/// <param name="Failures">Those answered with a 5xx.</param>
/// <param name="Rejected">Those answered with a 4xx.</param>
/// <param name="Degraded">Those answered with a fallback list.</param>
/// <param name="Sources">How many lists came from where.</param>
/// <param name="Stages">Latency by stage; every stage is present, also with a count of 0.</param>
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

    /// <summary>Shares are means of the time, sizes the largest.</summary>
    public ProcessState? Process { get; set; }

    /// <summary>GPUs; absent where none was found. Shares and watts are means of the time, sizes the largest.</summary>
    public DeviceState[]? Devices { get; set; }

    public double RequestsPerSecond => Seconds == 0 ? 0 : (double)Requests / Seconds;
}

/// <summary>Latency of one stage, milliseconds; percentiles are null without samples.</summary>
/// <param name="SumMs">All samples added up, to 1%, so that shares of time and means are not guessed from percentiles.</param>
/// <param name="P999Ms">Null under 1000 samples, where it would be noise.</param>
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

/// <summary>What the server is, for the header and the provider card.</summary>
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

    /// <summary>Of the published rules that lists are made with; 0 for none.</summary>
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
/// <param name="Actual">What is really in use.</param>
/// <param name="Reason">Why it is that one.</param>
/// <param name="Precision">Numbers it calculates in: fp32, fp16 or int8.</param>
public sealed record ProviderState(string Configured, string Actual, string Reason, string Precision = "fp32");

/// <param name="CpuPercent">Of all cores, 0 to 100.</param>
public sealed record ProcessState(double CpuPercent, int Cores, long WorkingSetBytes, long ManagedHeapBytes, double GcPausePercent)
{
    /// <summary>Of the thread pool.</summary>
    public int Threads { get; set; }

    /// <summary>Work that waits for a thread of the pool; more than a few for long means that threads are blocked.</summary>
    public long QueuedWork { get; set; }

    /// <summary>Allocated a second by managed code.</summary>
    public double AllocatedBytesPerSecond { get; set; }
}

/// <summary>A GPU as its driver (NVML) sees it. Figures that the driver does not know are absent.</summary>
public sealed record DeviceState(int Index, string Name)
{
    /// <summary>
    /// Percent of the time in which anything at all ran on it. One small batch after another reads as 100, so that it says nothing of how
    /// much more would fit.
    /// </summary>
    public double? Utilization { get; set; }

    public long? MemoryUsedBytes { get; set; }

    public long? MemoryTotalBytes { get; set; }

    public double? PowerWatts { get; set; }

    public double? PowerLimitWatts { get; set; }

    /// <summary>Degrees Celsius.</summary>
    public double? Temperature { get; set; }

    /// <summary>Why the driver says nothing of it any more, such as "GPU is lost"; null while it does.</summary>
    public string? Problem { get; set; }
}

/// <summary>Past windows of <paramref name="StepSeconds"/> each, oldest first.</summary>
public sealed record TelemetryHistory(int StepSeconds, TelemetryWindow[] Windows);

/// <summary>Names of the stages, in the order of a request's way.</summary>
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
