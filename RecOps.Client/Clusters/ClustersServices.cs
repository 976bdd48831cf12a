using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Clusters;

/// <summary>The page of clusters and warm runs.</summary>
internal static class ClustersServices
{
    public static IServiceCollection AddClusters(this IServiceCollection services) =>
        services
            .AddPage(new("Clusters", "behaviour of shoppers, warm runs", "clusters", Icons.Material.Outlined.BubbleChart))
            .AddScoped<ClustersClient>()
            .AddScoped<IPaletteSource, ClusterPalette>();
}
