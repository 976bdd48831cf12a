using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace RecOps.Serving.Ranking;

/// <summary>Opens ONNX models on the configured execution provider, so that all of a bundle's models run in one place.</summary>
internal sealed partial class ProviderSession(IOptions<InferenceOptions> options, ILogger<ProviderSession> logger)
{
    /// <param name="file">An ONNX file of the bundle.</param>
    /// <returns>The session, which the caller owns, and where it runs.</returns>
    /// <exception cref="BundleException">The file cannot be opened.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not available.</exception>
    public (InferenceSession Session, ProviderState Provider) Open(Bundle bundle, string file)
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
                string why = Why(error, provider);
                if (configured != "auto")
                {
                    throw new ProviderException(
                        $"Inference:Provider is {configured}, which cannot be used here: {why} Otherwise set Inference:Provider to auto "
                            + $"or cpu.",
                        error
                    );
                }

                fellBack += $"{provider.Name} cannot be used: {why} ";
                LogFallback(provider.Name, why);
                continue;
            }

            using (sessionOptions)
            {
                return (
                    Open(bundle, file, sessionOptions),
                    new ProviderState(configured, provider.Name, Reason(configured, provider, fellBack))
                );
            }
        }

        throw new InvalidOperationException("The CPU provider is always among the candidates.");
    }

    private InferenceSession Open(Bundle bundle, string file, SessionOptions sessionOptions)
    {
        try
        {
            if (!bundle.IsInMemory)
                return new InferenceSession(bundle.PathOf(file), sessionOptions);
            if (!BundleVerification.HasExternalData(bundle.Directory, file))
                return new InferenceSession(bundle.Read(file), sessionOptions);
            LogMapped(bundle.PathOf(file));
            return new InferenceSession(bundle.PathOf(file), sessionOptions);
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException($"{file}: ONNX Runtime cannot open it: {RuntimeError.Describe(error)}", error);
        }
    }

    private static string Reason(string configured, ExecutionProvider provider, string fellBack) =>
        configured switch
        {
            not "auto" => "As configured.",
            _ when fellBack.Length > 0 => fellBack.TrimEnd(),
            _ when provider == ExecutionProvider.Cpu => "This build of ONNX Runtime has no GPU provider.",
            _ => "The first provider in this build that works here.",
        };

    /// <summary>ONNX Runtime's message, plus the provider's requirements: it names a missing library only on standard error.</summary>
    private static string Why(OnnxRuntimeException error, ExecutionProvider provider)
    {
        string said = error.Message[(error.Message.StartsWith('[') ? error.Message.IndexOf(']', StringComparison.Ordinal) + 1 : 0)..];
        return $"{said.Trim().TrimEnd('.')}. It needs {provider.Needs}; see standard error for what ONNX Runtime did not find.";
    }

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

            // Products of unsigned and signed bytes overflow on processors with AVX2 but without VNNI; this widens them on those processors
            // only.
            session.AddSessionConfigEntry("session.x64quantprecision", "1");
            if (provider == ExecutionProvider.Cuda)
                session.AppendExecutionProvider_CUDA();
            else if (provider == ExecutionProvider.TensorRt)
                session.AppendExecutionProvider_Tensorrt();
            else if (provider == ExecutionProvider.WebGpu)
                session.AppendExecutionProvider("WebGPU");
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

    [LoggerMessage(
        1103,
        LogLevel.Warning,
        "{File} keeps weights in other files, which ONNX Runtime maps in place: changing them changes what is served. "
            + "Set Models:Copy to disk to protect them"
    )]
    private partial void LogMapped(string file);
}
