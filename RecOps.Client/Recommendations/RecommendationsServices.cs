using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Recommendations;

/// <summary>The page for trying lists.</summary>
internal static class RecommendationsServices
{
    public static IServiceCollection AddRecommendations(this IServiceCollection services) =>
        services
            .AddPage(new("Try it", "a shopper's list, and why", "try", Icons.Material.Outlined.PersonSearch))
            .AddScoped<Placements>()
            .AddScoped<RecommendationsClient>();
}
