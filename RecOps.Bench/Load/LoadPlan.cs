using System.Net;

namespace RecOps.Bench.Load;

/// <summary>What a run sends.</summary>
internal sealed record LoadPlan
{
    public required IPEndPoint Server { get; init; }

    /// <summary>See <see cref="RequestText"/>.</summary>
    public required string[] Paths { get; init; }

    public required LoadPhase[] Phases { get; init; }

    /// <summary>Most requests on their way at once; what is due beyond it waits here, and that counts as latency.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Each connection sends its next request when it has its answer: finds the peak, says nothing of latency at a load.</summary>
    public bool Closed { get; init; }

    public int Users { get; init; } = 1000;

    /// <summary>Of Zipf's law over users; 0 is uniform.</summary>
    public double Zipf { get; init; }

    /// <summary>Lists that take longer do not count as good, milliseconds.</summary>
    public double SloMs { get; init; } = 100;

    public int Seed { get; init; } = 1;
}
