using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>What a run of the load generator did, and what it cost the server.</summary>
/// <param name="Cpu">Of the server's process.</param>
/// <param name="Allocated">Bytes on the server's managed heap.</param>
/// <param name="Metrics">The server's <c>/metrics</c> before and after.</param>
internal sealed record MeasuredLoad(LoadResult Result, TimeSpan Cpu, double Allocated, (string Before, string After) Metrics)
{
    public long Requests => Result.Phases.Sum(phase => phase.Sent);

    public double CpuSecondsPerRequest => Cpu.TotalSeconds / Requests;

    public double AllocatedPerRequest => Allocated / Requests;

    /// <summary>How much a value of <c>/metrics</c> grew.</summary>
    public double Growth(string name, string? label = null) =>
        PrometheusText.Sum(Metrics.After, name, label) - PrometheusText.Sum(Metrics.Before, name, label);
}
