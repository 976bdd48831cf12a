using RecOps.Server.Hosting;
using RecOps.Serving.Retrieval;

namespace RecOps.Server.Retrieval;

internal static class RetrievalFeature
{
    public static IServiceCollection AddRetrieval(this IServiceCollection services)
    {
        services.AddSettings<RetrievalOptions>(RetrievalOptions.Section);
        services.AddSingleton<RetrievalMetrics>();
        services.AddSingleton<CandidateIndexFactory>();
        return services;
    }
}
