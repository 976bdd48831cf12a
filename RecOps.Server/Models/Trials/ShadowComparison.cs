using System.Threading.Channels;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Models.Trials;

/// <summary>
/// Ranks the same requests with the shadow and the active model, one at a time and off the request path. Both run without rules and cache,
/// so that only the models are compared. Under load, requests are skipped.
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

    /// <summary>Null when nothing is being compared.</summary>
    public Comparison? Current => _comparison;

    /// <summary>Starts comparing a model; null stops it.</summary>
    public void Compare(Comparison? comparison) => _comparison = comparison;

    /// <summary>Samples a share of the answered requests.</summary>
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

        // New objects: an answer references the model that made it, even a replaced one.
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
            // They must not keep a model alive until the next comparison.
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

    [LoggerMessage(1031, LogLevel.Warning, "Shadow {Model} failed on a request; no shopper was affected")]
    private partial void LogFailed(string model, Exception error);

    /// <param name="Model">Kept open by its owner.</param>
    internal sealed record Comparison(ServingModel Model, ModelTrial Trial, ShadowFigures Figures);
}
