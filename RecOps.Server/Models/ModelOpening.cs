using RecOps.Server.Models.Copies;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models;

/// <summary>Prepares bundles for serving, so that changes to their files do not affect what is served.</summary>
internal sealed class ModelOpening(BundleOpening bundles, ServingModelFactory models)
{
    /// <param name="directory">Source directory of the bundle.</param>
    /// <param name="atStart">Whether this server served the bundle before a restart: a verified copy is then enough.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="Serving.Ranking.ProviderException">The configured execution provider is not available.</exception>
    public ServingModel Open(string directory, bool atStart, CancellationToken cancellationToken)
    {
        (Bundle bundle, BundleSource source) = bundles.Open(directory, atStart, cancellationToken);
        return models.Open(bundle, source, cancellationToken);
    }
}
