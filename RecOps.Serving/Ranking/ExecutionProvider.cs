namespace RecOps.Serving.Ranking;

/// <summary>An ONNX Runtime execution provider, by its name in settings and in the runtime.</summary>
/// <param name="Needs">What the machine must have, for people.</param>
internal sealed record ExecutionProvider(string Name, string RuntimeName, string Needs)
{
    public static readonly ExecutionProvider Cpu = new("cpu", "CPUExecutionProvider", "nothing");
    public static readonly ExecutionProvider Cuda = new(
        "cuda",
        "CUDAExecutionProvider",
        "an NVIDIA driver, and CUDA 13 and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH)"
    );

    public static readonly ExecutionProvider TensorRt = new(
        "tensorrt",
        "TensorrtExecutionProvider",
        "an NVIDIA driver, and CUDA 13, cuDNN 9 and TensorRT 10 where the loader finds them (LD_LIBRARY_PATH)"
    );

    public static readonly ExecutionProvider WebGpu = new(
        "webgpu",
        "WebGpuExecutionProvider",
        "a GPU with a driver for Vulkan, Metal or Direct3D 12"
    );

    private static readonly ExecutionProvider[] Known = [Cpu, Cuda, TensorRt, WebGpu];

    /// <summary>
    /// Providers to try, in order. <c>auto</c> tries those in this build: CUDA, then WebGPU, then the CPU. TensorRT compiles for minutes,
    /// so it must be requested explicitly.
    /// </summary>
    /// <param name="configured">Inference:Provider.</param>
    /// <param name="available">Runtime names of the providers in this build.</param>
    /// <exception cref="ProviderException">The configured one is not in this build.</exception>
    public static IReadOnlyList<ExecutionProvider> Candidates(string configured, IReadOnlyCollection<string> available)
    {
        if (configured == "auto")
        {
            return [.. new[] { Cuda, WebGpu }.Where(provider => available.Contains(provider.RuntimeName)), Cpu];
        }

        ExecutionProvider wanted = Known.First(provider => provider.Name == configured);
        if (wanted == Cpu || available.Contains(wanted.RuntimeName))
            return [wanted];
        string has = string.Join(", ", Known.Where(provider => available.Contains(provider.RuntimeName)).Select(p => p.Name));
        throw new ProviderException(
            $"Inference:Provider is {configured}, which this build of ONNX Runtime does not have (it has: {has}). "
                + "Build with -p:Accelerator=cuda for a GPU, or set Inference:Provider to auto or cpu."
        );
    }
}
