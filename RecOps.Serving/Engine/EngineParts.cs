using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>Assembles an engine without a host. A host assembles the same parts with its own.</summary>
internal sealed class EngineParts : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="options">Valid.</param>
    public EngineParts(EngineOptions options)
    {
        var services = new ServiceCollection();
        services.AddSingleton(options.Time);
        services.AddSingleton(options.Loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<IMeterFactory, Meters>();
        services.AddSingleton(Options.Create(options.Serving));
        services.AddSingleton(Options.Create(options.Slo));
        services.AddSingleton(Options.Create(options.Batching));
        services.AddSingleton(Options.Create(options.Retrieval));
        services.AddSingleton(Options.Create(options.Inference));
        services.AddSingleton(Options.Create(options.Caching));
        services.AddSingleton(new HistoryLimit(options.MaxUsers));
        services.AddSingleton<ISharedLists, NoSharedLists>();
        services.AddSingleton<ISharedHistory, NoSharedHistory>();
        services.AddSingleton<ISharedPopularity, NoSharedPopularity>();
        services.AddSingleton<IRequestIds, RandomRequestIds>();
        services.AddSingleton(new RuleValidator(options.Serving.AllPlacements));
        services.AddEngineParts();
        _services = services.BuildServiceProvider();
        Active = _services.GetRequiredService<ActiveModel>();
        Cache = _services.GetRequiredService<ResultCache>();
        Models = _services.GetRequiredService<ServingModelFactory>();
        Probe = _services.GetRequiredService<SchedulingProbe>();
        Refresher = _services.GetRequiredService<ListRefresher>();
        Pipeline = _services.GetRequiredService<RecommendationPipeline>();
        WarmUp = _services.GetRequiredService<ModelWarmUp>();
        Activity = _services.GetRequiredService<ShopperActivity>();
        Requests = _services.GetRequiredService<RecommendationValidator>();
        Rules = _services.GetRequiredService<RuleValidator>();
        Similar = _services.GetRequiredService<SimilarItems>();
    }

    public ActiveModel Active { get; }

    public ResultCache Cache { get; }

    public ServingModelFactory Models { get; }

    public SchedulingProbe Probe { get; }

    public ListRefresher Refresher { get; }

    public RecommendationPipeline Pipeline { get; }

    public ModelWarmUp WarmUp { get; }

    public ShopperActivity Activity { get; }

    public RecommendationValidator Requests { get; }

    public RuleValidator Rules { get; }

    public SimilarItems Similar { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Meters that listeners in this process find by name.</summary>
    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _made = [];

        public Meter Create(MeterOptions options)
        {
            var made = new Meter(options.Name, options.Version, options.Tags, this);
            _made.Add(made);
            return made;
        }

        public void Dispose() => _made.ForEach(meter => meter.Dispose());
    }
}
