using RecOps.Shared.Bundles;

namespace RecOps.Serving.Ranking;

/// <summary>A precision of the ranker. A bundle has the first and may have the others.</summary>
/// <param name="Precision">Its name in settings and reports.</param>
/// <param name="File">Name within the bundle.</param>
internal sealed record RankerVariant(string Precision, string File)
{
    public static readonly RankerVariant Single = new("fp32", BundleFile.Ranker);
    public static readonly RankerVariant Half = new("fp16", BundleFile.RankerHalf);
    public static readonly RankerVariant Int8 = new("int8", BundleFile.RankerInt8);

    private static readonly RankerVariant[] Known = [Single, Half, Int8];

    /// <summary>
    /// Variants that may run, the plain one first. <c>auto</c> considers f16 on a GPU and 8 bits on a CPU, where each is native.
    /// </summary>
    /// <param name="configured">Inference:Precision.</param>
    /// <param name="provider">Name of the provider in use.</param>
    /// <param name="files">Files of the bundle.</param>
    /// <exception cref="BundleException">The configured one is not in the bundle.</exception>
    public static IReadOnlyList<RankerVariant> Candidates(string configured, string provider, IReadOnlyCollection<string> files)
    {
        if (configured == "auto")
        {
            RankerVariant other = provider == ExecutionProvider.Cpu.Name ? Int8 : Half;
            return files.Contains(other.File) ? [Single, other] : [Single];
        }

        RankerVariant wanted = Known.First(variant => variant.Precision == configured);
        if (files.Contains(wanted.File))
            return [wanted];
        throw new BundleException(
            $"Inference:Precision is {configured}, which needs {wanted.File} in the bundle. Set it to auto, or add the file."
        );
    }
}
