using Microsoft.Extensions.Options;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models.Copies;

/// <summary>Opens bundles so that changes to their files do not affect what is served.</summary>
internal sealed partial class BundleOpening(BundleCopies copies, IOptions<ModelsOptions> options, ILogger<BundleOpening> logger)
{
    /// <param name="directory">Source directory of the bundle.</param>
    /// <param name="atStart">Whether this server served the bundle before a restart: a verified copy is then enough.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    public (Bundle Bundle, BundleSource Source) Open(string directory, bool atStart, CancellationToken cancellationToken)
    {
        (BundleManifest manifest, byte[] json) = Bundle.ReadManifestFile(directory);
        BundleVerification.VerifyNames(directory, manifest);
        if (options.Value.Copy == ModelsOptions.ToDisk)
        {
            try
            {
                BundleCopy copy = copies.Take(directory, manifest, json, atStart, cancellationToken);
                IReadOnlyDictionary<string, FileStamp?> verified = copy.Verified;
                Bundle opened = Bundle.OpenCopy(directory, copy.Path, copy);
                return (opened, new BundleSource(directory, manifest, opened.ManifestJson, verified, outlivesRestart: true));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogNotCopied(directory, error.Message.TrimEnd('.'));
            }
        }

        IReadOnlyDictionary<string, FileStamp?> stamps = BundleSource.StampsOf(directory, manifest);
        Bundle bundle = Bundle.Open(directory, inMemory: true);
        return (bundle, new BundleSource(directory, bundle.Manifest, bundle.ManifestJson, stamps, outlivesRestart: false));
    }

    [LoggerMessage(
        1044,
        LogLevel.Warning,
        "The bundle {Directory} could not be copied to Data:Directory ({Reason}); its tables are read into memory instead. Free space "
            + "there, or set Models:Copy to memory"
    )]
    private partial void LogNotCopied(string directory, string reason);
}
