using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Clusters;

/// <summary>The page of clusters and warm-up runs.</summary>
internal static class ClustersServices
{
    public static IServiceCollection AddClusters(this IServiceCollection services) =>
        services
            .AddPage(new("Clusters", "shopper behaviour, warm-up runs", "clusters", Icons.Material.Outlined.BubbleChart))
            .AddScoped<ClustersClient>()
            .AddScoped<IPaletteSource, ClusterPalette>();
}
