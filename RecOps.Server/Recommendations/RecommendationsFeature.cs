using RecOps.Server.Hosting;
using RecOps.Serving.Engine;

namespace RecOps.Server.Recommendations;

internal static class RecommendationsFeature
{
    public static IServiceCollection AddRecommendations(this IServiceCollection services)
    {
        services.AddContracts(RecommendationContracts.Default);
        services.AddSettings<ServingOptions>(ServingOptions.Section);
        services.AddSingleton(provider => new SchedulingDelay(provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<SchedulingProbe>();
        services.AddSingleton<Admission>();
        services.AddSingleton<RequestPreparation>();
        services.AddSingleton<SpareComputation>();
        services.AddSingleton<AnswerMaker>();
        services.AddSingleton<RecommendationPipeline>();
        services.AddSingleton<ModelWarmUp>();
        services.AddSingleton<RecommendationValidator>();
        services.AddSingleton<RecommendationResult.Pool>();
        services.AddSingleton<RecommendationService>();
        services.AddSingleton<SimilarItems>();
        return services;
    }
}
