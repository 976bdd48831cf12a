using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Where the ranker runs, in words.</summary>
/// <param name="Name">The name to show: CPU, CUDA, TensorRT, WebGPU.</param>
/// <param name="Sentence">Says plainly whether a GPU is in use.</param>
public sealed record ProviderSummary(string Name, bool IsGpu, Tone Tone, string Sentence)
{
    internal static ProviderSummary Of(ProviderState provider)
    {
        string name = Called(provider.Actual);
        bool gpu = !string.Equals(provider.Actual, "cpu", StringComparison.OrdinalIgnoreCase);
        bool asAsked =
            string.Equals(provider.Configured, "auto", StringComparison.OrdinalIgnoreCase)
            || string.Equals(provider.Configured, provider.Actual, StringComparison.OrdinalIgnoreCase);
        string sentence =
            !asAsked ? $"{Called(provider.Configured)} is configured, but {name} is in use."
            : gpu ? $"The ranker runs on the GPU through {name}."
            : "No GPU in use: showing CPU.";
        return new(
            name,
            gpu,
            !asAsked ? Tone.Warn
                : gpu ? Tone.Good
                : Tone.Neutral,
            sentence
        );
    }

    private static string Called(string provider) =>
        provider.ToLowerInvariant() switch
        {
            "cpu" => "CPU",
            "cuda" => "CUDA",
            "tensorrt" => "TensorRT",
            "webgpu" => "WebGPU",
            _ => provider,
        };
}
