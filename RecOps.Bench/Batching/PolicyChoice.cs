using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>A policy to compare with the fixed settings. Each run creates its own, since some policies learn.</summary>
internal sealed record PolicyChoice(string Name, Func<DeviceModel, IBatchPolicy> Create)
{
    public const string RecOps = "RecOps";

    // Delays to try for the batcher that cannot find one itself; its best result at each load counts.
    private static readonly double[] TritonDelays = [0, 1, 5, 10];

    public static IReadOnlyList<PolicyChoice> All { get; } =
    [
        new(RecOps, _ => new BatchPolicy()),
        .. TritonDelays.Select(delay => new PolicyChoice("Triton-like", _ => new TritonPolicy([4, 8, 16, 32, 64], delay))),
        new("BentoML-like", model => new BentoPolicy(model.SloMs)),
        new("Clipper-like", model => new ClipperPolicy(model.SloMs)),
    ];
}
