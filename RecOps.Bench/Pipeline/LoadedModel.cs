using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using RecOps.Server.Models;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Bench.Pipeline;

/// <summary>A bundle as the server opens it, in this process and with nothing around it.</summary>
internal sealed class LoadedModel : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private LoadedModel(ServiceProvider services, ServingModel model) => (_services, Model) = (services, model);

    public ServingModel Model { get; }

    public IServiceProvider Services => _services;

    public static async Task<LoadedModel> OpenAsync(string bundle, CancellationToken cancellation)
    {
        // Nothing is left behind.
        IConfiguration defaults = new ConfigurationBuilder().AddInMemoryCollection([new("Models:Copy", "memory")]).Build();
        ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton<IHostApplicationLifetime, ApplicationLifetime>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(defaults)
            .AddStorage(defaults)
            .AddCaching()
            .AddModels()
            .AddRetrieval()
            .AddRanking()
            .AddBatching()
            .AddUsers()
            .AddEvents()
            .AddTelemetry(defaults)
            .BuildServiceProvider();
        return new LoadedModel(services, services.GetRequiredService<ModelOpening>().Open(bundle, atStart: false, cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        await _services.DisposeAsync();
    }
}
