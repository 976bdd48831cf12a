using System.Net;

namespace RecOps.Bench.Load;

/// <summary>What a load run sends.</summary>
internal sealed record LoadPlan
{
    public required IPEndPoint Server { get; init; }

    /// <summary>See <see cref="RequestText"/>.</summary>
    public required string[] Paths { get; init; }

    public required LoadPhase[] Phases { get; init; }

    /// <summary>Maximum number of requests in flight; further ones wait in the generator, which counts as latency.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Closed loop: each connection sends its next request when it has its answer. Finds the peak, not the latency at a given
    /// load.</summary>
    public bool Closed { get; init; }

    public int Users { get; init; } = 1000;

    /// <summary>Exponent of Zipf's law over users; 0 is uniform.</summary>
    public double Zipf { get; init; }

    /// <summary>Latency SLO in milliseconds; slower lists do not count as good.</summary>
    public double SloMs { get; init; } = 100;

    public int Seed { get; init; } = 1;
}
