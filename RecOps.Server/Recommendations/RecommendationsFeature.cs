using RecOps.Server.Hosting;

namespace RecOps.Server.Recommendations;

internal static class RecommendationsFeature
{
    public static IServiceCollection AddRecommendations(this IServiceCollection services)
    {
        services.AddContracts(RecommendationContracts.Default);
        services.AddSingleton<RecommendationResult.Pool>();
        services.AddSingleton<RecommendationService>();
        return services;
    }
}
