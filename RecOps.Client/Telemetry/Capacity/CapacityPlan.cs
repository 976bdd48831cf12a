using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Capacity;

/// <summary>What a server is reckoned with. Every figure is prefilled from what was measured and may be changed.</summary>
/// <param name="HitPercent">Lists from the cache, 0 to 100.</param>
/// <param name="BatchSize">Lists in a batch under full load; one of the sizes that were measured.</param>
/// <param name="OtherCpuMs">Processor time of a request besides its batch.</param>
/// <param name="Cores">Of one server.</param>
/// <param name="LoadPercent">How busy a server is to be at most: above, waits grow faster than load.</param>
/// <param name="Target">Requests a second that all servers together are to answer.</param>
/// <param name="Price">Of one server for a month.</param>
public sealed record CapacityInputs(
    double HitPercent,
    int BatchSize,
    double OtherCpuMs,
    int Cores,
    double LoadPercent,
    double Target,
    double Price
);

/// <summary>How much one server answers, and what holds it up.</summary>
/// <param name="PerSecond">Requests.</param>
/// <param name="BoundByDevice">Whether the device gives out first, and not the processors.</param>
public sealed record ServerRate(double PerSecond, bool BoundByDevice);

/// <summary>
/// Reckons requests a second from service times. Each resource is busy for a certain time with a request; the one that would be busy
/// longest sets the rate (the utilisation law: utilisation = rate × service demand, Lazowska et al. 1984, chapter 3).
/// </summary>
internal static class CapacityPlan
{
    /// <summary>Sizes whose batch, after waiting for one that runs, still ends within the promise.</summary>
    public static bool IsWithin(ServiceTime time, int sloMs) => 2 * time.PlannedMs <= sloMs;

    /// <summary>The largest size within the promise; the smallest there is when none is.</summary>
    public static ServiceTime Largest(CapacityFacts facts) =>
        facts.ServiceTimes.LastOrDefault(time => IsWithin(time, facts.SloMs)) ?? facts.ServiceTimes[0];

    /// <summary>What to begin with.</summary>
    public static CapacityInputs Measured(CapacityFacts facts, double target, double price)
    {
        double hit = facts.Load is { } load ? 100 * load.HitShare : 0;
        double other = facts.Load?.OtherCpuMs ?? facts.Load?.MeanCpuMs ?? 1;
        return new CapacityInputs(Math.Round(hit, 1), Largest(facts).Size, Math.Round(other, 3), facts.Cores, 70, target, price);
    }

    /// <param name="facts">Have at least one service time.</param>
    public static ServerRate Rate(CapacityFacts facts, CapacityInputs inputs)
    {
        double batchMs = TimeOf(facts, inputs.BatchSize).Ms / inputs.BatchSize;
        double misses = 1 - (Math.Clamp(inputs.HitPercent, 0, 100) / 100);
        double load = Math.Clamp(inputs.LoadPercent, 1, 100) / 100;
        double deviceMs = misses * batchMs;
        double cpuMs = Math.Max(0, inputs.OtherCpuMs) + (facts.IsGpu ? 0 : deviceMs);

        // Lanes of a processor are its cores.
        int lanes = facts.IsGpu ? facts.Lanes : Math.Max(1, inputs.Cores);
        double byCpu = cpuMs <= 0 ? double.PositiveInfinity : load * 1000 * Math.Max(1, inputs.Cores) / cpuMs;
        double byDevice = deviceMs <= 0 ? double.PositiveInfinity : load * 1000 * lanes / deviceMs;
        double rate = Math.Min(byCpu, byDevice);
        return new ServerRate(double.IsInfinity(rate) ? 0 : rate, facts.IsGpu && byDevice < byCpu);
    }

    /// <summary>Servers for the target; 0 when one can do nothing.</summary>
    public static long Servers(double rate, double target) => rate <= 0 ? 0 : (long)Math.Ceiling(Math.Max(0, target) / rate);

    /// <summary>The next larger size that was measured; null for the largest.</summary>
    public static ServiceTime? Larger(CapacityFacts facts, int size) => Array.Find(facts.ServiceTimes, time => time.Size > size);

    private static ServiceTime TimeOf(CapacityFacts facts, int size) =>
        Array.Find(facts.ServiceTimes, time => time.Size >= size) ?? facts.ServiceTimes[^1];
}
