using System.Collections.Concurrent;
using RecOps.Server.Ranking;
using RecOps.Server.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Recommendations;

/// <summary>The memory one request works in, used again by the next.</summary>
internal sealed class RequestScratch
{
    private RequestScratch(BundleManifest manifest, int maxNearest)
    {
        int candidates = maxNearest + manifest.Counts.History + manifest.Counts.Popular;
        Job = new RankJob(manifest.Dimension, manifest.Counts.History, manifest.Features.Context.Length, candidates);
        Nearest = new CandidateSearch(Job.User, Excluded, maxNearest);
        Ranked = new RankedItem[candidates];
    }

    public RankJob Job { get; }

    public CandidateSearch Nearest { get; }

    public RankedItem[] Ranked { get; }

    /// <summary>What the list will be.</summary>
    public RankedItem[] List { get; } = new RankedItem[RecommendationValidator.MaxCount];

    /// <summary>Items that this request must not be answered with.</summary>
    public OrdinalSet Excluded { get; } = new();

    /// <summary>Items that are among the candidates or in the list already.</summary>
    public OrdinalSet Seen { get; } = new();

    /// <summary>Scratch of the right sizes for one model.</summary>
    public sealed class Pool(BundleManifest manifest, int maxNearest)
    {
        // As many are kept as were ever in use at once, which MaxInFlight bounds.
        private readonly ConcurrentBag<RequestScratch> _free = [];

        public RequestScratch Rent() => _free.TryTake(out RequestScratch? scratch) ? scratch : new RequestScratch(manifest, maxNearest);

        public void Return(RequestScratch scratch) => _free.Add(scratch);
    }
}
