namespace RecOps.Bench.Batching;

/// <summary>A fixed setting and its result.</summary>
internal sealed record FixedRun(int Size, double WaitMs, SimulationRun Run);

/// <summary>All runs on one device under one load.</summary>
/// <param name="Load">Share of the device's peak.</param>
/// <param name="Sweep">Every fixed setting.</param>
/// <param name="Policies">By name; the best run of each name.</param>
internal sealed record LoadPoint(
    DeviceModel Model,
    ArrivalPattern Pattern,
    double Load,
    IReadOnlyList<FixedRun> Sweep,
    IReadOnlyDictionary<string, SimulationRun> Policies
)
{
    // Settings whose goodput reaches this share of the best count as equally good; the fastest of them sets the latency to beat.
    private const double Equal = 0.99;

    public static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];
    public static readonly double[] WaitsMs = [0, 1, 2, 5, 10, 20];

    public FixedRun Best { get; } = Sweep.OrderByDescending(setting => setting.Run.Goodput).ThenBy(setting => setting.Run.P50Ms).First();

    public FixedRun Unbatched { get; } = Sweep.First(setting => setting is { Size: 1, WaitMs: 0 });

    public SimulationRun RecOps => Policies[PolicyChoice.RecOps];

    public double GoodputRatio => RecOps.Goodput / Best.Run.Goodput;

    /// <summary>The setting with the lowest median among those with the best goodput.</summary>
    public FixedRun Quickest =>
        Sweep.Where(setting => setting.Run.Goodput >= Equal * Best.Run.Goodput).MinBy(setting => setting.Run.P50Ms)!;

    public static LoadPoint Run(DeviceModel model, ArrivalPattern pattern, double load, int requests, int seed)
    {
        ParallelQuery<FixedRun> sweep =
            from setting in Sizes.SelectMany(size => WaitsMs, (size, wait) => (Size: size, Wait: wait)).ToArray().AsParallel().AsOrdered()
            select new FixedRun(
                setting.Size,
                setting.Wait,
                SimulationRun.Of(model, pattern, load, new FixedPolicy(setting.Size, setting.Wait), requests, seed)
            );
        Dictionary<string, SimulationRun> policies = PolicyChoice
            .All.AsParallel()
            .AsOrdered()
            .Select(choice => (choice.Name, Run: SimulationRun.Of(model, pattern, load, choice.Create(model), requests, seed)))
            .ToArray()
            .GroupBy(result => result.Name)
            .ToDictionary(group => group.Key, group => group.MaxBy(result => result.Run.Goodput).Run);
        return new LoadPoint(model, pattern, load, [.. sweep], policies);
    }
}
