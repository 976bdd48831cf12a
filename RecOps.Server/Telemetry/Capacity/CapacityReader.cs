using Microsoft.Extensions.Options;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Batching;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Capacity;

/// <summary>Estimates this server's capacity from what was measured.</summary>
internal sealed class CapacityReader(ActiveModel active, Timeline timeline, IOptions<SloOptions> slo)
{
    // A fit through fewer seconds, or through seconds that are too similar, is not meaningful.
    private const int FewestSeconds = 60;
    private const double FewestSpread = 0.05;

    // Nor is one whose slope has a relative error above a quarter.
    private const double LargestError = 0.25;

    /// <returns>Null while no model is loaded.</returns>
    public CapacityFacts? Read()
    {
        if (!active.TryGet(out ServingModel? model))
            return null;
        bool isGpu = model.Ranker.Provider.Actual != ExecutionProvider.Cpu.Name;
        return new CapacityFacts(
            $"{model.Manifest.Name} {model.Manifest.Version}",
            model.Ranker.Provider.Actual,
            isGpu,
            Environment.ProcessorCount,
            model.Batcher.Lanes,
            slo.Value.LatencyMs,
            [.. Chosen(model.Batcher.ServiceTimes())],
            LoadOf(timeline.Latest(Timeline.KeptSeconds), isGpu)
        );
    }

    /// <summary>Powers of two and the largest: a processor has a time for every size, and nobody reads sixty-four of them.</summary>
    private static IEnumerable<ServiceTime> Chosen(ServiceTime[] times) =>
        times.Where((time, i) => int.IsPow2(time.Size) || i == times.Length - 1);

    /// <param name="seconds">Single seconds.</param>
    /// <param name="isGpu">Batches then take no CPU time.</param>
    internal static LoadCost? LoadOf(TelemetrySlice[] seconds, bool isGpu)
    {
        TelemetrySlice[] asked = [.. seconds.Where(second => second.Process is not null && second.Sources.Sum() > 0)];
        if (asked.Length == 0)
            return null;
        SliceCounts counts = SliceCounts.Of(asked);
        long batches = asked.Sum(second => second.Batching?.Batches ?? 0);
        long jobs = asked.Sum(second => second.Batching?.Jobs ?? 0);
        double cpu = asked.Sum(CpuSeconds);
        return new LoadCost(
            asked.Length,
            counts.Lists,
            counts.HitShare,
            batches == 0 ? 0 : (double)jobs / batches,
            OtherMilliseconds(asked, isGpu),
            1000 * cpu / counts.Lists
        );
    }

    /// <summary>Least-squares fit of CPU time outside batches over requests; null where its standard error is too large.</summary>
    private static double? OtherMilliseconds(TelemetrySlice[] seconds, bool isGpu)
    {
        if (seconds.Length < FewestSeconds)
            return null;
        double[] x = Array.ConvertAll(seconds, second => (double)second.Sources.Sum());
        double[] y = Array.ConvertAll(seconds, second => CpuSeconds(second) - (isGpu ? 0 : second.Batching?.ActualSeconds ?? 0));
        (double meanX, double meanY) = (x.Average(), y.Average());
        double spread = x.Sum(value => (value - meanX) * (value - meanX));
        if (Math.Sqrt(spread / x.Length) < FewestSpread * meanX)
            return null;
        double slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        double residual = x.Zip(y, (a, b) => b - meanY - (slope * (a - meanX))).Sum(rest => rest * rest);
        double error = Math.Sqrt(residual / (x.Length - 2) / spread);
        return slope > 0 && error <= LargestError * slope ? 1000 * slope : null;
    }

    private static double CpuSeconds(TelemetrySlice second) => second.Process!.CpuPercent / 100 * second.Process.Cores * second.Seconds;
}
