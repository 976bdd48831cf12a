using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Models;

/// <summary>The models page.</summary>
internal static class ModelsServices
{
    public static IServiceCollection AddModels(this IServiceCollection services) =>
        services
            .AddPage(new("Models", "activate, roll back, shadow, canary, replicas", "models", Icons.Material.Outlined.ModelTraining))
            .AddScoped<ModelsClient>();
}
