using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Ranking;

/// <summary>Where and how the ranker runs.</summary>
internal sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// Execution provider: <c>auto</c> takes a GPU when there is one and says what it took; any other is used or the server does not
    /// become ready. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "cuda", "tensorrt", "webgpu", "cpu", ErrorMessage = "must be auto, cuda, tensorrt, webgpu or cpu.")]
    public string Provider { get; set; } = "auto";

    /// <summary>Threads within one run on the CPU, 1 to 256; 0 means one for each core. A GPU always gets 1. Default 1.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Runs at the same time, 1 to 256; 0 means one for each core. Default 0.</summary>
    [Range(0, 256)]
    public int ConcurrentRuns { get; set; }

    /// <summary>Whether idle threads of a run spin: faster on cores of their own, slower on shared ones. Default false.</summary>
    public bool AllowSpinning { get; set; }
}
