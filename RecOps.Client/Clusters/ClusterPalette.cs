using System.Globalization;
using RecOps.Client.Shell;
using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>Clusters, for the palette.</summary>
internal sealed class ClusterPalette(ClustersClient clusters) : IPaletteSource
{
    private PaletteEntry[]? _entries;

    public void Forget() => _entries = null;

    public async Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation)
    {
        _entries ??= [.. ((await clusters.ListAsync(cancellation)).Value?.Clusters ?? []).Select(Entry)];
        return PaletteSearch.Match(_entries, text).Take(PaletteSearch.OfEach);
    }

    private static PaletteEntry Entry(ClusterSummary cluster) =>
        new(
            "cluster",
            $"Cluster {cluster.Id.ToString(CultureInfo.InvariantCulture)}",
            cluster.Label,
            $"clusters?cluster={cluster.Id.ToString(CultureInfo.InvariantCulture)}"
        );
}
