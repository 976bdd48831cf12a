namespace RecOps.Shared.Demo;

/// <summary>The current state of the demo shop's traffic.</summary>
/// <param name="RequestsPerSecond">Mean of the Poisson arrivals, 0 to <paramref name="MaxRequestsPerSecond"/>.</param>
public sealed record DemoTrafficState(bool Enabled, double RequestsPerSecond, double MaxRequestsPerSecond);

/// <summary>What to change; absent fields stay as they are.</summary>
public sealed record DemoTrafficUpdate
{
    public bool? Enabled { get; init; }

    public double? RequestsPerSecond { get; init; }
}
