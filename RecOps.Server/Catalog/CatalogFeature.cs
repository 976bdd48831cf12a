using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Replication;

namespace RecOps.Server.Catalog;

internal static class CatalogFeature
{
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddContracts(CatalogContracts.Default);
        services.AddSingleton<CatalogFile>();
        services.AddSingleton<CatalogChanges>();
        services.AddSingleton<IReplicated>(provider => provider.GetRequiredService<CatalogChanges>());
        services.AddSingleton<CatalogStore>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService<CatalogKeeping>();
        return services;
    }
}
