using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Ranking;

/// <summary>Where and how the ranker runs.</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// Execution provider: <c>auto</c> takes a GPU when there is one and says what it took; any other is used or the server does not
    /// become ready. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "cuda", "tensorrt", "webgpu", "cpu", ErrorMessage = "must be auto, cuda, tensorrt, webgpu or cpu.")]
    public string Provider { get; set; } = "auto";

    /// <summary>
    /// Numbers that the ranker calculates in: <c>fp32</c>, <c>fp16</c> or <c>int8</c>, as far as the bundle has them; <c>auto</c> takes
    /// what measures faster at load and ranks the same. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "fp32", "fp16", "int8", ErrorMessage = "must be auto, fp32, fp16 or int8.")]
    public string Precision { get; set; } = "auto";

    /// <summary>Threads within one run on the CPU, 1 to 256; 0 means one for each core. A GPU always gets 1. Default 1.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Whether idle threads of a run spin: faster on cores of their own, slower on shared ones. Default false.</summary>
    public bool AllowSpinning { get; set; }
}
