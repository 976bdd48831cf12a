namespace RecOps.Shared.Demo;

/// <summary>The demo shop's traffic as it is now.</summary>
/// <param name="RequestsPerSecond">Mean of the Poisson arrivals, 0 to <paramref name="MaxRequestsPerSecond"/>.</param>
public sealed record DemoTrafficState(bool Enabled, double RequestsPerSecond, double MaxRequestsPerSecond);

/// <summary>What to change; absent stays.</summary>
public sealed record DemoTrafficUpdate
{
    public bool? Enabled { get; init; }

    public double? RequestsPerSecond { get; init; }
}
