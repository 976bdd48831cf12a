using MudBlazor;
using MudBlazor.Services;
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
using RecOps.Client.Telemetry.Alerts;
using RecOps.Client.Users;

namespace RecOps.Client;

/// <summary>Everything the console's pages ask for.</summary>
internal static class ConsoleServices
{
    public static IServiceCollection AddConsole(this IServiceCollection services, Uri server)
    {
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.VisibleStateDuration = 8_000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
            mud.SnackbarConfiguration.HideIcon = true;
            mud.SnackbarConfiguration.SnackbarVariant = Variant.Filled;
        });
        return services
            .AddSingleton(Random.Shared)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ShownZone>()
            .AddSingleton(provider => provider.GetRequiredService<ShownZone>().Zone)
            .AddScoped(_ => new HttpClient { BaseAddress = server })
            .AddScoped<ThemePreference>()
            .AddScoped<ZonePreference>()
            .AddScoped<PageWatch>()
            .AddScoped<ApiClient>()
            .AddScoped<SecurityClient>()
            .AddScoped<RulesClient>()
            .AddScoped<RulesWatch>()
            .AddScoped<DraftEditor>()
            .AddScoped<DraftWarnings>()
            .AddScoped<SessionState>()
            .AddScoped<TelemetryClient>()
            .AddScoped<TelemetryStream>()
            .AddScoped<TelemetryFeed>()
            .AddScoped<AlertsClient>()
            .AddScoped<PaletteSource>()
            .AddScoped<DemoTrafficClient>()
            .AddScoped<ModelsClient>()
            .AddScoped<UsersClient>()
            .AddScoped<RandomUser>()
            .AddScoped<CatalogClient>()
            .AddScoped<StockControl>()
            .AddScoped<EventsClient>()
            .AddScoped<CacheClient>()
            .AddScoped<ClustersClient>()
            .AddScoped<RecommendationsClient>()
            .AddScoped<Placements>();
    }
}
