using RecOps.Server.Models.Copies;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models;

/// <summary>Makes bundles ready to serve, so that nobody who changes their files changes what is served.</summary>
internal sealed class ModelOpening(BundleOpening bundles, ServingModelFactory models)
{
    /// <param name="directory">The bundle's own.</param>
    /// <param name="atStart">Whether this server served it before it was restarted: a verified copy of it is enough.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="Serving.Ranking.ProviderException">The configured execution provider is not there.</exception>
    public ServingModel Open(string directory, bool atStart, CancellationToken cancellationToken)
    {
        (Bundle bundle, BundleSource source) = bundles.Open(directory, atStart, cancellationToken);
        return models.Open(bundle, source, cancellationToken);
    }
}
