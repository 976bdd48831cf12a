using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Caching;

/// <summary>The cache page.</summary>
internal static class CachingServices
{
    public static IServiceCollection AddCaching(this IServiceCollection services) =>
        services.AddPage(new("Cache", "hit rate, misses, Redis", "cache", Icons.Material.Outlined.Layers)).AddScoped<CacheClient>();
}
