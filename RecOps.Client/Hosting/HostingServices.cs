namespace RecOps.Client.Hosting;

/// <summary>The HTTP client and process-wide services.</summary>
internal static class HostingServices
{
    public static IServiceCollection AddHosting(this IServiceCollection services, Uri server) =>
        services
            .AddSingleton(Random.Shared)
            .AddSingleton(TimeProvider.System)
            .AddScoped(_ => new HttpClient { BaseAddress = server })
            .AddScoped<ApiClient>();
}
