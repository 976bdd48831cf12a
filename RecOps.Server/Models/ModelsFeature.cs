using RecOps.Server.Hosting;

namespace RecOps.Server.Models;

internal static class ModelsFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSettings<ModelsOptions>(ModelsOptions.Section);
        services.AddSingleton<ActiveModel>();
        services.AddSingleton<ServingModelFactory>();

        // Generating the OpenAPI document runs the program without a server; there is nothing to serve then.
        if (!DocumentGeneration.IsRunning) services.AddHostedService<ModelLoader>();
        return services;
    }
}
