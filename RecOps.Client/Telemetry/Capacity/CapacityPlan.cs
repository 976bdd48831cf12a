using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Capacity;

/// <summary>The assumptions about a server. Every figure is prefilled from measurements and can be changed.</summary>
/// <param name="HitPercent">Share of lists from the cache, 0 to 100.</param>
/// <param name="BatchSize">Lists per batch under full load; one of the measured sizes.</param>
/// <param name="OtherCpuMs">CPU time per request outside its batch.</param>
/// <param name="Cores">Of one server.</param>
/// <param name="LoadPercent">The maximum utilisation of a server: above it, waits grow faster than load.</param>
/// <param name="Target">Requests a second that all servers together have to serve.</param>
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

/// <summary>How much one server can serve, and what limits it.</summary>
/// <param name="PerSecond">Requests.</param>
/// <param name="BoundByDevice">Whether the device is the bottleneck, and not the CPU.</param>
public sealed record ServerRate(double PerSecond, bool BoundByDevice);

/// <summary>
/// Estimates requests a second from service times. Each request keeps each resource busy for a certain time; the resource that would
/// be busy longest sets the rate (the utilisation law: utilisation = rate × service demand, Lazowska et al. 1984, chapter 3).
/// </summary>
internal static class CapacityPlan
{
    /// <summary>Sizes whose batch still ends within the SLO after waiting for a running one.</summary>
    public static bool IsWithin(ServiceTime time, int sloMs) => 2 * time.PlannedMs <= sloMs;

    /// <summary>The largest size within the SLO; the smallest one when none is.</summary>
    public static ServiceTime Largest(CapacityFacts facts) =>
        facts.ServiceTimes.LastOrDefault(time => IsWithin(time, facts.SloMs)) ?? facts.ServiceTimes[0];

    /// <summary>The initial figures.</summary>
    public static CapacityInputs Measured(CapacityFacts facts, double target, double price)
    {
        double hit = facts.Load is { } load ? 100 * load.HitShare : 0;
        double other = facts.Load?.OtherCpuMs ?? facts.Load?.MeanCpuMs ?? 1;
        return new CapacityInputs(Math.Round(hit, 1), Largest(facts).Size, Math.Round(other, 3), facts.Cores, 70, target, price);
    }

    /// <param name="facts">With at least one service time.</param>
    public static ServerRate Rate(CapacityFacts facts, CapacityInputs inputs)
    {
        double batchMs = TimeOf(facts, inputs.BatchSize).Ms / inputs.BatchSize;
        double misses = 1 - (Math.Clamp(inputs.HitPercent, 0, 100) / 100);
        double load = Math.Clamp(inputs.LoadPercent, 1, 100) / 100;
        double deviceMs = misses * batchMs;
        double cpuMs = Math.Max(0, inputs.OtherCpuMs) + (facts.IsGpu ? 0 : deviceMs);

        // On the CPU, lanes are cores.
        int lanes = facts.IsGpu ? facts.Lanes : Math.Max(1, inputs.Cores);
        double byCpu = cpuMs <= 0 ? double.PositiveInfinity : load * 1000 * Math.Max(1, inputs.Cores) / cpuMs;
        double byDevice = deviceMs <= 0 ? double.PositiveInfinity : load * 1000 * lanes / deviceMs;
        double rate = Math.Min(byCpu, byDevice);
        return new ServerRate(double.IsInfinity(rate) ? 0 : rate, facts.IsGpu && byDevice < byCpu);
    }

    /// <summary>Servers for the target; 0 when a server can serve nothing.</summary>
    public static long Servers(double rate, double target) => rate <= 0 ? 0 : (long)Math.Ceiling(Math.Max(0, target) / rate);

    /// <summary>The next larger measured size; null for the largest.</summary>
    public static ServiceTime? Larger(CapacityFacts facts, int size) => Array.Find(facts.ServiceTimes, time => time.Size > size);

    private static ServiceTime TimeOf(CapacityFacts facts, int size) =>
        Array.Find(facts.ServiceTimes, time => time.Size >= size) ?? facts.ServiceTimes[^1];
}
