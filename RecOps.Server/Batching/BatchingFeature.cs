using RecOps.Server.Hosting;
using RecOps.Serving.Batching;

namespace RecOps.Server.Batching;

internal static class BatchingFeature
{
    public static IServiceCollection AddBatching(this IServiceCollection services)
    {
        services.AddSettings<BatchingOptions>(BatchingOptions.Section);
        services.AddSingleton<BatchingMetrics>();
        return services;
    }
}
