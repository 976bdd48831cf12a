using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Recommendations;

/// <summary>The page that tries lists.</summary>
internal static class RecommendationsServices
{
    public static IServiceCollection AddRecommendations(this IServiceCollection services) =>
        services
            .AddPage(new("Try it", "the list of a shopper, and why", "try", Icons.Material.Outlined.PersonSearch))
            .AddScoped<Placements>()
            .AddScoped<RecommendationsClient>();
}
