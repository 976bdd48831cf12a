using RecOps.Server.Hosting;
using RecOps.Serving.Ranking;

namespace RecOps.Server.Ranking;

internal static class RankingFeature
{
    public static IServiceCollection AddRanking(this IServiceCollection services)
    {
        services.AddSettings<InferenceOptions>(InferenceOptions.Section);
        services.AddSingleton<ProviderSession>();
        services.AddSingleton<IRankerFactory, OnnxRankerFactory>();
        return services;
    }
}
