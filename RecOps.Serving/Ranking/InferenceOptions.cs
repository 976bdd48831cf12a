using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Ranking;

/// <summary>Where and how the ranker runs.</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// Execution provider: <c>auto</c> uses a GPU if there is one and reports its choice; with any other value, that provider is used or
    /// the server does not become ready. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "cuda", "tensorrt", "webgpu", "cpu", ErrorMessage = "must be auto, cuda, tensorrt, webgpu or cpu.")]
    public string Provider { get; set; } = "auto";

    /// <summary>
    /// Numeric precision of the ranker: <c>fp32</c>, <c>fp16</c> or <c>int8</c>, if the bundle has it; <c>auto</c> takes the one that
    /// measures faster at load and ranks the same. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "fp32", "fp16", "int8", ErrorMessage = "must be auto, fp32, fp16 or int8.")]
    public string Precision { get; set; } = "auto";

    /// <summary>Threads within one run on the CPU, 1 to 256; 0 means one per core. A GPU always gets 1. Default 1.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Whether a run's idle threads spin: faster on dedicated cores, slower on shared ones. Default false.</summary>
    public bool AllowSpinning { get; set; }
}
