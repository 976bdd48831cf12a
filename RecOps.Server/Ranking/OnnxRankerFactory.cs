using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace RecOps.Server.Ranking;

/// <summary>Opens ranker.onnx on the execution provider that the settings ask for.</summary>
internal sealed partial class OnnxRankerFactory(IOptions<InferenceOptions> options, TimeProvider time, ILogger<OnnxRankerFactory> logger)
    : IRankerFactory
{
    public IRanker Open(Bundle bundle, RankerLimits limits)
    {
        (InferenceSession session, ProviderState provider) = OpenSession(bundle.PathOf(BundleFile.Ranker));
        try
        {
            RankerShape.Verify(session, bundle.Manifest, BundleFile.Ranker);
            (session, provider) = ChoosePrecision(bundle, session, provider);
            return new OnnxRanker(session, provider, bundle.Manifest, limits with { Lanes = LanesOn(provider, limits.Lanes) }, time);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Changes to another form of the ranker when that is configured, or when it proves to be better.</summary>
    private (InferenceSession Session, ProviderState Provider) ChoosePrecision(Bundle bundle, InferenceSession plain, ProviderState provider)
    {
        IReadOnlyList<RankerVariant> candidates = RankerVariant.Candidates(options.Value.Precision, provider.Actual, bundle.Manifest.Files.Keys);
        RankerVariant variant = candidates[^1];
        if (variant == RankerVariant.Single) return (plain, provider);
        InferenceSession other = OpenSession(bundle.PathOf(variant.File)).Session;
        bool taken = false;
        try
        {
            RankerShape.Verify(other, bundle.Manifest, variant.File);
            taken = candidates.Count == 1 || IsBetter(bundle, plain, other, variant);
            if (!taken) return (plain, provider);
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

    /// <summary>A CPU runs one batch a core; a GPU runs one after the other anyway, and a second would only queue out of sight.</summary>
    private static int LanesOn(ProviderState provider, int wanted) =>
        wanted > 0 ? wanted : provider.Actual == ExecutionProvider.Cpu.Name ? Environment.ProcessorCount : 1;

    private (InferenceSession Session, ProviderState Provider) OpenSession(string path)
    {
        string configured = options.Value.Provider;
        string[] available = OrtEnv.Instance().GetAvailableProviders();
        string fellBack = "";
        foreach (ExecutionProvider provider in ExecutionProvider.Candidates(configured, available))
        {
            SessionOptions? sessionOptions = null;
            try
            {
                sessionOptions = Configure(provider);
            }
            catch (OnnxRuntimeException error) when (provider != ExecutionProvider.Cpu)
            {
                if (configured != "auto")
                {
                    throw new ProviderException(
                        $"Inference:Provider is {configured}, which cannot be used here: {error.Message} " +
                        "Install its driver and libraries, or set Inference:Provider to auto or cpu.", error);
                }

                fellBack += $"{provider.Name} cannot be used: {error.Message} ";
                LogFallback(provider.Name, error.Message);
                continue;
            }

            using (sessionOptions)
            {
                return (Open(path, sessionOptions), new ProviderState(configured, provider.Name, Reason(configured, provider, fellBack)));
            }
        }

        throw new InvalidOperationException("The CPU provider is always among the candidates.");
    }

    private static InferenceSession Open(string path, SessionOptions sessionOptions)
    {
        try
        {
            return new InferenceSession(path, sessionOptions);
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException($"{Path.GetFileName(path)}: ONNX Runtime cannot open it: {error.Message}", error);
        }
    }

    private static string Reason(string configured, ExecutionProvider provider, string fellBack) => configured switch
    {
        not "auto" => "As configured.",
        _ when fellBack.Length > 0 => fellBack.TrimEnd(),
        _ when provider == ExecutionProvider.Cpu => "This build of ONNX Runtime has no GPU provider.",
        _ => "The first provider of this build that works here.",
    };

    private SessionOptions Configure(ExecutionProvider provider)
    {
        InferenceOptions settings = options.Value;
        var session = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = provider == ExecutionProvider.Cpu ? settings.IntraOpThreads : 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            session.AddSessionConfigEntry("session.intra_op.allow_spinning", settings.AllowSpinning ? "1" : "0");
            if (provider == ExecutionProvider.Cuda) session.AppendExecutionProvider_CUDA();
            else if (provider == ExecutionProvider.TensorRt) session.AppendExecutionProvider_Tensorrt();
            else if (provider == ExecutionProvider.WebGpu) session.AppendExecutionProvider("WebGPU");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "Execution provider {Provider} cannot be used, trying the next: {Reason}")]
    private partial void LogFallback(string provider, string reason);

    [LoggerMessage(1102, LogLevel.Information, "The ranker in {Precision} takes {Speed:0.00} of the time of fp32 and shares {Overlap:P1} of the first ten; {Taken} is used")]
    private partial void LogTrial(string precision, double speed, double overlap, string taken);
}
