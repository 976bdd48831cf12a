using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>Assembles an engine without a host. A host assembles the same parts with its own.</summary>
internal sealed class EngineParts : IAsyncDisposable
{
    private readonly Meters _meters = new();
    private readonly BatchingMetrics _batching;
    private readonly RetrievalMetrics _retrieval;
    private readonly CachingMetrics _caching;

    /// <param name="options">Valid.</param>
    public EngineParts(EngineOptions options)
    {
        TimeProvider time = options.Time;
        IOptions<ServingOptions> serving = Options.Create(options.Serving);
        IOptions<CachingOptions> caching = Options.Create(options.Caching);
        IOptions<RetrievalOptions> retrieval = Options.Create(options.Retrieval);
        IOptions<InferenceOptions> inference = Options.Create(options.Inference);
        _batching = new BatchingMetrics(time, _meters);
        _retrieval = new RetrievalMetrics(_meters);
        _caching = new CachingMetrics(_meters);
        Cache = new ResultCache(
            CacheStores.Create(options.Caching, _caching),
            caching,
            _caching,
            new NoSharedLists(),
            new NoSharedHistory(),
            time
        );
        var sessions = new ProviderSession(inference, options.Loggers.CreateLogger<ProviderSession>());
        Models = new ServingModelFactory(
            new OnnxRankerFactory(sessions, inference, time, options.Loggers.CreateLogger<OnnxRankerFactory>()),
            new CandidateIndexFactory(sessions, retrieval, _retrieval, options.Loggers.CreateLogger<CandidateIndexFactory>()),
            retrieval,
            Options.Create(options.Batching),
            Options.Create(options.Slo),
            _batching,
            Cache,
            caching,
            new HistoryLimit(options.MaxUsers),
            time
        );
        var delay = new SchedulingDelay(time);
        Probe = new SchedulingProbe(delay);
        var preparation = new RequestPreparation(new UserEmbeddings(time), time);
        Refresher = new ListRefresher(new SpareComputation(preparation, Cache, time), Cache, _caching);
        Pipeline = new RecommendationPipeline(
            Cache,
            Refresher,
            preparation,
            new AnswerMaker(new RandomRequestIds(), [], time),
            new Admission(serving, delay, time),
            serving,
            time,
            options.Loggers.CreateLogger<RecommendationPipeline>()
        );
        WarmUp = new ModelWarmUp(Pipeline, preparation, time);
        Activity = new ShopperActivity(new NoSharedPopularity(), time);
        Requests = new RecommendationValidator(serving);
        Rules = new RuleValidator(options.Serving.AllPlacements);
        Similar = new SimilarItems(time);
    }

    public ActiveModel Active { get; } = new();

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

    public async ValueTask DisposeAsync()
    {
        Probe.Dispose();
        await Active.DisposeAsync();
        _batching.Dispose();
        _retrieval.Dispose();
        _caching.Dispose();
        _meters.Dispose();
    }

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
