using RecOps.Client.Caching;
using RecOps.Client.Catalog;
using RecOps.Client.Clusters;
using RecOps.Client.Demo;
using RecOps.Client.Events;
using RecOps.Client.Hosting;
using RecOps.Client.Models;
using RecOps.Client.Recommendations;
using RecOps.Client.Rules;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Client.Users;

namespace RecOps.Client;

/// <summary>The parts of the console. Pages and search results are listed in the order in which features are added here.</summary>
internal static class ConsoleServices
{
    public static IServiceCollection AddConsole(this IServiceCollection services, Uri server) =>
        services
            .AddHosting(server)
            .AddShell()
            .AddUsers()
            .AddCatalog()
            .AddEvents()
            .AddDemo()
            .AddTelemetry()
            .AddRecommendations()
            .AddRules()
            .AddCaching()
            .AddClusters()
            .AddModels()
            .AddSecurity();
}
