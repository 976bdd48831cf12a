using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>Result of a load run, and its cost on the server.</summary>
/// <param name="Cpu">CPU time of the server's process.</param>
/// <param name="Allocated">Bytes allocated on the server's managed heap.</param>
/// <param name="Metrics">The server's <c>/metrics</c> before and after.</param>
internal sealed record MeasuredLoad(LoadResult Result, TimeSpan Cpu, double Allocated, (string Before, string After) Metrics)
{
    public long Requests => Result.Phases.Sum(phase => phase.Sent);

    public double CpuSecondsPerRequest => Cpu.TotalSeconds / Requests;

    public double AllocatedPerRequest => Allocated / Requests;

    /// <summary>How much a value in <c>/metrics</c> grew.</summary>
    public double Growth(string name, string? label = null) =>
        PrometheusText.Sum(Metrics.After, name, label) - PrometheusText.Sum(Metrics.Before, name, label);
}
