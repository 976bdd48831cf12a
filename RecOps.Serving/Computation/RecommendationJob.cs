using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.ObjectPool;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Computation;

/// <summary>A pooled job: one request's inputs, working memory and results.</summary>
internal sealed class RecommendationJob : BatchJob<RecommendationJob>
{
    private readonly XxHash128 _hash = new();
    private UInt128 _key;

    private RecommendationJob(BundleManifest manifest, int maxNearest)
    {
        int candidates = CandidateGathering.Most(manifest.Counts, maxNearest);
        Rank = new RankJob(manifest, candidates);
        Nearest = new CandidateSearch(Rank.User, Excluded, maxNearest);
        Keys = new ulong[candidates];
        Ordinals = new int[candidates];
        Scores = new Half[candidates];
    }

    public override bool IsShareable => true;

    public override ulong KeyHash => (ulong)_key;

    public RankJob Rank { get; }

    public CandidateSearch Nearest { get; }

    public ShopperState Shopper { get; set; }

    /// <summary>Scratch space for sorting the candidates.</summary>
    public ulong[] Keys { get; }

    /// <summary>Best first; the first <see cref="RankedCount"/> are valid.</summary>
    public int[] Ordinals { get; }

    /// <summary>By position, as <see cref="Ordinals"/>.</summary>
    public Half[] Scores { get; }

    public int RankedCount { get; set; }

    public RankedSpan Ranked => new(Ordinals.AsSpan(0, RankedCount), Scores.AsSpan(0, RankedCount));

    /// <summary>Cache key of the list.</summary>
    public CacheKey CacheKey { get; set; }

    /// <summary>Whether to cache the list.</summary>
    public bool IsStored { get; set; }

    /// <summary>The list was already cached when its turn came.</summary>
    public bool FromCache { get; set; }

    /// <summary>When the user's history was read, Unix milliseconds.</summary>
    public long Computed { get; set; }

    /// <summary>Stamp of that history; see <see cref="Users.FreshHistory.Stamp"/>.</summary>
    public ulong Stamp { get; set; }

    /// <summary>Earlier lists must not be served, Unix milliseconds.</summary>
    public long PurgedAt { get; set; }

    public ListOrigin Origin { get; set; }

    /// <summary>Notified when the cached list is used; null for nobody.</summary>
    public IListUse? WarmedBy { get; set; }

    /// <summary>The ranker did not finish before the deadline.</summary>
    public bool OutOfTime { get; set; }

    /// <summary>Of the batch that the job was in.</summary>
    public long RetrievalTicks { get; set; }

    /// <summary>Of the batch that the job was in.</summary>
    public long RankingTicks { get; set; }

    /// <summary>Items that the computed list must not contain.</summary>
    public OrdinalSet Excluded { get; } = new();

    /// <summary>The items that rules leave to compute the list from; null for all.</summary>
    public Restriction? Restriction { get; private set; }

    /// <summary>Items that the answer must not contain.</summary>
    public OrdinalSet Hidden { get; } = new();

    /// <summary>Makes the answer's list.</summary>
    public ListArrangement Arrangement { get; } = new();

    /// <summary>Items that are already candidates.</summary>
    public OrdinalSet Seen { get; } = new();

    /// <summary>
    /// Builds the key from everything that determines the result, so that equal keys mean equal computations, whoever asks. The time of day
    /// is left out, and ages are whole minutes: requests in flight together share them.
    /// </summary>
    /// <param name="excludedIds">Items that the request excludes, in its own order.</param>
    public void Identify(string placement, string? viewedId, string[]? excludedIds)
    {
        _hash.Reset();
        _hash.Append(MemoryMarshal.AsBytes(Rank.User.AsSpan()));
        _hash.Append(MemoryMarshal.AsBytes(Rank.History.AsSpan()));
        _hash.Append(MemoryMarshal.AsBytes(Rank.HistoryTypes.AsSpan()));
        _hash.Append(MemoryMarshal.AsBytes(Rank.HistoryAges.AsSpan()));
        int cluster = Shopper.Cluster;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in cluster)));
        Append(placement);
        Append(viewedId ?? "");
        foreach (string excluded in excludedIds ?? [])
            Append(excluded);
        ulong restriction = Restriction?.Key ?? 0;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in restriction)));
        _key = _hash.GetCurrentHashAsUInt128();
    }

    /// <summary>The device that is still computing after the deadline; null when there is none.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>From submission until its batch left.</summary>
    public long QueueTicks => Started == 0 ? 0 : Math.Max(0, Started - Enqueued);

    /// <summary>Copies what an answer without a computation needs.</summary>
    public void TakeRequestOf(RecommendationJob other)
    {
        Reset();
        Shopper = other.Shopper;
        Hidden.CopyFrom(other.Hidden);
    }

    /// <summary>Computes the list from what rules leave.</summary>
    /// <param name="restriction">Null for all items.</param>
    public void Restrict(Restriction? restriction)
    {
        Restriction = restriction;
        Nearest.Allowed = restriction?.Allowed;
    }

    /// <summary>Prepares the job for the next request.</summary>
    public void Reset()
    {
        Restrict(null);
        Abandoned = null;
        IsSpare = false;
        IsStored = false;
        FromCache = false;
        Origin = ListOrigin.Request;
        WarmedBy = null;
        Started = 0;
        Batch = default;
        RankedCount = 0;
        OutOfTime = false;
        RetrievalTicks = 0;
        RankingTicks = 0;
    }

    public override bool KeyEquals(RecommendationJob other) => _key == other._key;

    public override void CopyResultTo(RecommendationJob other)
    {
        Ordinals.AsSpan(0, RankedCount).CopyTo(other.Ordinals);
        Scores.AsSpan(0, RankedCount).CopyTo(other.Scores);
        other.RankedCount = RankedCount;
        other.FromCache = FromCache;
        other.OutOfTime = OutOfTime;
        other.RetrievalTicks = RetrievalTicks;
        other.RankingTicks = RankingTicks;
        other.Batch = Batch;
    }

    // Prefixed with its length, so that two lists of ids cannot produce the same bytes.
    private void Append(string text)
    {
        int length = text.Length;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    /// <summary>
    /// Jobs sized for one model. Not a shared pool: its thread-local caches would keep the jobs, and their model, alive long after the
    /// model was replaced.
    /// </summary>
    public sealed class Pool(BundleManifest manifest, int maxNearest)
    {
        // Keeps as many as were ever in use at once, which Serving:MaxInFlight bounds.
        private readonly DefaultObjectPool<RecommendationJob> _free = new(new Policy(manifest, maxNearest), int.MaxValue);

        public RecommendationJob Rent() => _free.Get();

        public void Return(RecommendationJob job) => _free.Return(job);

        private sealed class Policy(BundleManifest manifest, int maxNearest) : PooledObjectPolicy<RecommendationJob>
        {
            public override RecommendationJob Create() => new(manifest, maxNearest);

            public override bool Return(RecommendationJob obj) => true;
        }
    }
}
