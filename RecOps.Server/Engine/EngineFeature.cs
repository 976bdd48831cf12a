using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;

namespace RecOps.Server.Engine;

/// <summary>
/// Registers the engine that makes the lists, with this server's settings. Other features register their own inputs and observers.
/// </summary>
internal static class EngineFeature
{
    public static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.AddSettings<ServingOptions>(ServingOptions.Section);
        services.AddSettings<SloOptions>(SloOptions.Section);
        services.AddSettings<BatchingOptions>(BatchingOptions.Section);
        services.AddSettings<RetrievalOptions>(RetrievalOptions.Section);
        services.AddSettings<InferenceOptions>(InferenceOptions.Section);
        services.AddSettings<CachingOptions>(CachingOptions.Section);
        services.AddEngineParts();
        services.AddHostedService<ProbeService>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService<RefreshLoop>();
        return services;
    }
}
