using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace RecOps.Serving.Ranking;

/// <summary>ONNX Runtime's messages without internals: error codes, source files and paths of private copies.</summary>
internal static partial class RuntimeError
{
    private const int Longest = 300;

    public static string Describe(OnnxRuntimeException error)
    {
        string text = Noise().Replace(error.Message, "").ReplaceLineEndings(" ").Trim();
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    [GeneratedRegex(
        @"^\[ErrorCode:\w+\]\s*|Load model from \S+ failed:\s*|/\S*onnxruntime\S*:\d+\s+\S[^:]*(?:::[^:\s]+)*\([^)]*\)\s*(?:\[[^\]]*\]\s*)?"
    )]
    private static partial Regex Noise();
}
