using RecOps.Server.Caching;
using RecOps.Server.Catalog;
using RecOps.Server.Clusters;
using RecOps.Server.Demo;
using RecOps.Server.Engine;
using RecOps.Server.Events;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Health;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Models;
using RecOps.Server.Recommendations;
using RecOps.Server.Replication;
using RecOps.Server.Rules;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry;
using RecOps.Server.Users;

namespace RecOps.Server;

/// <summary>The server, feature by feature.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => HostingFeature.RunToExitCodeAsync(() => Build(args));

    /// <exception cref="SettingsException">A setting is invalid.</exception>
    /// <param name="args">As on the command line: <c>--Models:Active=demo</c>.</param>
    /// <param name="change">Changes made by the host, such as tests; everything has been registered by then.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? change = null)
    {
        // Settings, bundles and the console's files are beside the program, whatever the working directory.
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = args,
                ApplicationName = typeof(Program).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.AddServerHosting();
        builder
            .Services.AddStorage(builder.Configuration)
            .AddSecurity(builder.Configuration)
            .AddReplication()
            .AddEngine()
            .AddCatalog()
            .AddCaching()
            .AddClusters()
            .AddModels()
            .AddRecommendations()
            .AddRules()
            .AddUsers()
            .AddEvents()
            .AddTelemetry(builder.Configuration)
            .AddDemo();
        change?.Invoke(builder);

        WebApplication app = builder.Build();
        app.CheckSettings();
        app.UseServedPath();
        app.UseErrorHandling();
        app.UseSecurity();
        app.RestoreRules();
        app.MapSecurity();
        app.MapRecommendations();
        app.MapSimilarItems();
        app.MapEvents();
        app.MapCatalog();
        app.MapRules();
        app.MapCache();
        app.MapModels();
        app.MapClusters();
        app.MapUsers();
        app.MapTelemetry();
        app.MapDemo();
        app.MapHealth();
        app.MapOpenApiDocument();
        app.MapConsoleFiles();
        return app;
    }
}
