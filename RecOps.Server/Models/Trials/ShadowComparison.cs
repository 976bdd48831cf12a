using System.Threading.Channels;
using RecOps.Server.Hosting;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Models.Trials;

/// <summary>
/// Has the shadow and the active model rank the same requests, one at a time and beside the shoppers' way: both without rules and without
/// the cache, so that what is compared is the models. When there is too much to do, requests are left out.
/// </summary>
internal sealed partial class ShadowComparison(
    ActiveModel active,
    RecommendationPipeline pipeline,
    TimeProvider time,
    ILogger<ShadowComparison> logger
) : BackgroundLoop(time, logger)
{
    private const int MaxWaiting = 64;
    private const int Length = 20;

    private readonly Channel<RecommendationRequest> _waiting = Channel.CreateBounded<RecommendationRequest>(MaxWaiting);
    private readonly ILogger _logger = logger;
    private volatile Comparison? _comparison;

    /// <summary>Null when nothing is compared.</summary>
    public Comparison? Current => _comparison;

    /// <summary>Begins to compare a model; null ends it.</summary>
    public void Compare(Comparison? comparison) => _comparison = comparison;

    /// <summary>Takes a share of the requests that were answered.</summary>
    public void Offer(RecommendationRequest request)
    {
        if (_comparison is not { } comparison || Random.Shared.NextDouble() >= comparison.Trial.Share)
            return;
        if (!_waiting.Writer.TryWrite(request))
            comparison.Figures.Skipped();
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        RecommendationRequest request = await _waiting.Reader.ReadAsync(stoppingToken);

        // New ones: an answer holds the model that made it, also one that was replaced meanwhile.
        await CompareAsync(request, new RecommendationAnswer(), new RecommendationAnswer());
        return true;
    }

    private Task CompareAsync(RecommendationRequest request, RecommendationAnswer own, RecommendationAnswer theirs) =>
        _comparison is { } comparison ? CompareAsync(comparison, request, own, theirs) : Task.CompletedTask;

    private async Task CompareAsync(
        Comparison comparison,
        RecommendationRequest request,
        RecommendationAnswer own,
        RecommendationAnswer theirs
    )
    {
        if (!comparison.Model.Uses.TryBegin())
            return;
        try
        {
            if (!active.TryHold(out ServingModel? model))
                return;
            try
            {
                RecommendationRequest plain = request with { Count = Length, Explain = false };
                long start = Time.GetTimestamp();
                bool ranked = await RankAsync(model, plain, theirs);
                long between = Time.GetTimestamp();
                ranked = ranked && await RankAsync(comparison.Model, plain, own);
                long end = Time.GetTimestamp();
                if (!ranked || own.Source != RecommendationSource.Computed || theirs.Source != RecommendationSource.Computed)
                {
                    comparison.Figures.Skipped();
                    return;
                }

                comparison.Figures.Compared(ItemsOf(own), Nanoseconds(between, end), ItemsOf(theirs), Nanoseconds(start, between));
            }
            finally
            {
                model.Uses.End();
            }
        }
        catch (Exception error)
        {
            comparison.Figures.Failed();
            LogFailed(comparison.Model.Version, error);
        }
        finally
        {
            // They must not hold a model until there is something to compare again.
            own.Return();
            theirs.Return();
            comparison.Model.Uses.End();
        }
    }

    private async ValueTask<bool> RankAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer)
    {
        using var none = new RuleSet(RuleDocument.Empty, version: 0, model.Catalog, model.Popular);
        return await pipeline.RunForNobodyAsync(model, request, answer, none);
    }

    private static (string Id, float Score)[] ItemsOf(RecommendationAnswer answer)
    {
        var items = new (string, float)[answer.Items.Length];
        for (int i = 0; i < items.Length; i++)
            items[i] = (answer.Model.Catalog.IdOf(answer.Items[i].Ordinal), answer.Items[i].Score);
        return items;
    }

    private long Nanoseconds(long start, long end) => (long)Time.GetElapsedTime(start, end).TotalNanoseconds;

    [LoggerMessage(1031, LogLevel.Warning, "Shadow {Model} failed on a request; nobody was waiting for it")]
    private partial void LogFailed(string model, Exception error);

    /// <param name="Model">Held by whoever began it.</param>
    internal sealed record Comparison(ServingModel Model, ModelTrial Trial, ShadowFigures Figures);
}
