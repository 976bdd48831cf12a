using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>A policy that is held against the fixed settings. Each run needs its own, since some learn.</summary>
internal sealed record PolicyChoice(string Name, Func<DeviceModel, IBatchPolicy> Create)
{
    public const string RecOps = "RecOps";

    // The delays that are tried for the batcher that has no way to find one; the best at each load counts for it.
    private static readonly double[] TritonDelays = [0, 1, 5, 10];

    public static IReadOnlyList<PolicyChoice> All { get; } =
    [
        new(RecOps, _ => new BatchPolicy()),
        .. TritonDelays.Select(delay => new PolicyChoice("Triton-like", _ => new TritonPolicy([4, 8, 16, 32, 64], delay))),
        new("BentoML-like", model => new BentoPolicy(model.SloMs)),
        new("Clipper-like", model => new ClipperPolicy(model.SloMs)),
    ];
}
