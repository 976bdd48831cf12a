using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Health;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Models.Copies;
using RecOps.Server.Models.Switching;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;

namespace RecOps.Server.Models;

internal static class ModelsFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddContracts(ModelContracts.Default);
        services.AddSettings<ModelsOptions>(ModelsOptions.Section);
        services.AddSingleton<BundleCopies>();
        services.AddSingleton<BundleOpening>();
        services.AddSingleton<ModelOpening>();
        services.AddSingleton<BundleDirectory>();
        services.AddSingleton<ModelPreparation>();
        services.AddSingleton<ModelRetirement>();
        services.AddSingleton<ModelMemory>();
        services.AddSingleton<PreparationSlot>();
        services.AddSingleton<ModelSwitch>();
        services.AddSingleton<ModelTrials>();
        services.AddSingleton<ShadowComparison>();
        services.AddSingleton<IReplicated, ModelFollower>();
        services.AddSingleton<ModelHealth>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<ModelHealth>());
        services.AddSingleton<IServedModel>(provider => provider.GetRequiredService<ModelHealth>());

        // Generating the OpenAPI document runs the program without a server, so there is nothing to serve.
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService<ModelLoader>();
        services.AddHostedService<SourceWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ShadowComparison>());
        return services;
    }
}
