using RecOps.Server.Replication;
using RecOps.Server.Rules.Publishing;

namespace RecOps.Server.Rules;

internal static class RulesFeature
{
    public static IServiceCollection AddRules(this IServiceCollection services)
    {
        services.AddSingleton<ActiveRules>();
        services.AddSingleton<IReplicated>(provider => provider.GetRequiredService<ActiveRules>());
        return services;
    }
}
