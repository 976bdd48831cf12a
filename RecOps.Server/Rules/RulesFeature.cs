using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Replication;
using RecOps.Server.Rules.Preview;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Storage;
using RecOps.Serving.Engine;
using RecOps.Serving.Rules.Validation;

namespace RecOps.Server.Rules;

internal static class RulesFeature
{
    public static IServiceCollection AddRules(this IServiceCollection services)
    {
        services.AddContracts(RuleContracts.Default);
        services.AddSingleton<ActiveRules>();
        services.AddSingleton<IReplicated>(provider => provider.GetRequiredService<ActiveRules>());
        services.AddSingleton<KillSwitch>();
        services.AddSingleton<IUnsaved>(provider => provider.GetRequiredService<KillSwitch>());
        services.AddSettings<RulesOptions>(RulesOptions.Section);
        services.AddScoped<RuleStore>();
        services.AddScoped<Publications>();
        services.AddSingleton<RuleSets>();
        services.AddSingleton(provider => new RuleValidator(provider.GetRequiredService<IOptions<ServingOptions>>().Value.AllPlacements));
        services.AddSingleton<RuleChecks>();
        services.AddSingleton<RulePreview>();
        services.AddSingleton<RecentTraffic>();
        services.AddSingleton<IAnswerObserver>(provider => provider.GetRequiredService<RecentTraffic>());
        services.AddSingleton<RuleImpact>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService<ScheduledPublishing>();
        return services;
    }

    /// <summary>Uses the rules of the last run until the database is available.</summary>
    public static WebApplication RestoreRules(this WebApplication app)
    {
        if (DocumentGeneration.IsRunning)
            return app;
        app.Services.GetRequiredService<ActiveRules>().Restore();
        app.Services.GetRequiredService<KillSwitch>().Restore();
        return app;
    }
}
