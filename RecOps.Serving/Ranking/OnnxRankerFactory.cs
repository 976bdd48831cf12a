using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Ranking;

/// <summary>Opens ranker.onnx on the configured execution provider.</summary>
internal sealed partial class OnnxRankerFactory(
    ProviderSession sessions,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<OnnxRankerFactory> logger
) : IRankerFactory
{
    public IRanker Open(Bundle bundle, RankerLimits limits)
    {
        (InferenceSession session, ProviderState provider) = sessions.Open(bundle, BundleFile.Ranker);
        try
        {
            RankerShape.Verify(session, bundle.Manifest, BundleFile.Ranker);
            (session, provider) = ChoosePrecision(bundle, session, provider);
            var ranker = new OnnxRanker(session, provider, bundle.Manifest, limits with { Lanes = LanesOn(provider, limits.Lanes) }, time);
            try
            {
                using var trial = new RankerTrial(bundle, time);
                trial.Verify(session, BundleFile.Ranker);
            }
            catch
            {
                ranker.Dispose();
                throw;
            }

            return ranker;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Switches to another precision if configured, or if it proves better.</summary>
    private (InferenceSession Session, ProviderState Provider) ChoosePrecision(
        Bundle bundle,
        InferenceSession plain,
        ProviderState provider
    )
    {
        IReadOnlyList<RankerVariant> candidates = RankerVariant.Candidates(
            options.Value.Precision,
            provider.Actual,
            bundle.Manifest.Files.Keys
        );
        RankerVariant variant = candidates[^1];
        if (variant == RankerVariant.Single)
            return (plain, provider);
        InferenceSession other = sessions.Open(bundle, variant.File).Session;
        bool taken = false;
        try
        {
            RankerShape.Verify(other, bundle.Manifest, variant.File);
            taken = candidates.Count == 1 || IsBetter(bundle, plain, other, variant);
            if (!taken)
                return (plain, provider);
        }
        finally
        {
            (taken ? plain : other).Dispose();
        }

        return (other, provider with { Precision = variant.Precision });
    }

    private bool IsBetter(Bundle bundle, InferenceSession plain, InferenceSession other, RankerVariant variant)
    {
        using var trial = new RankerTrial(bundle, time);
        RankerTrial.Result result = trial.Compare(plain, other);
        LogTrial(variant.Precision, result.Speed, result.Overlap, result.IsBetter ? variant.Precision : RankerVariant.Single.Precision);
        return result.IsBetter;
    }

    /// <summary>
    /// A CPU runs one batch per core; a GPU runs them one after the other anyway, and a second one would only queue out of sight.
    /// </summary>
    private static int LanesOn(ProviderState provider, int wanted) =>
        wanted > 0 ? wanted
        : provider.Actual == ExecutionProvider.Cpu.Name ? Environment.ProcessorCount
        : 1;

    [LoggerMessage(
        1102,
        LogLevel.Information,
        "The ranker in {Precision} takes {Speed:0.00} of the time of fp32 and shares {Overlap:P1} of its first ten; using {Taken}"
    )]
    private partial void LogTrial(string precision, double speed, double overlap, string taken);
}
