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

/// <summary>One request's inputs, the memory it is worked on in, and what comes out; used again by the next.</summary>
internal sealed class RecommendationJob : BatchJob<RecommendationJob>
{
    private readonly XxHash128 _hash = new();
    private UInt128 _key;

    private RecommendationJob(BundleManifest manifest, int maxNearest)
    {
        int candidates = maxNearest + manifest.Counts.History + manifest.Counts.Popular;
        Rank = new RankJob(manifest.Dimension, manifest.Counts.History, manifest.Features.Context.Length, candidates);
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

    /// <summary>Room for sorting the candidates.</summary>
    public ulong[] Keys { get; }

    /// <summary>Best first; the first <see cref="RankedCount"/> are valid.</summary>
    public int[] Ordinals { get; }

    /// <summary>By place, as <see cref="Ordinals"/>.</summary>
    public Half[] Scores { get; }

    public int RankedCount { get; set; }

    public RankedSpan Ranked => new(Ordinals.AsSpan(0, RankedCount), Scores.AsSpan(0, RankedCount));

    /// <summary>What the list is kept under.</summary>
    public CacheKey CacheKey { get; set; }

    /// <summary>Whether the list is to be kept.</summary>
    public bool IsStored { get; set; }

    /// <summary>The list was there already when its turn came.</summary>
    public bool FromCache { get; set; }

    /// <summary>Moment at which what the user had done was read, Unix milliseconds.</summary>
    public long Computed { get; set; }

    /// <summary>What the user had done then; see <see cref="Users.FreshHistory.Stamp"/>.</summary>
    public ulong Stamp { get; set; }

    /// <summary>Lists from before are not to be given, Unix milliseconds.</summary>
    public long PurgedAt { get; set; }

    public ListOrigin Origin { get; set; }

    /// <summary>Is told when the kept list is used; null for nobody.</summary>
    public IListUse? WarmedBy { get; set; }

    /// <summary>The ranker did not end before the deadline.</summary>
    public bool OutOfTime { get; set; }

    /// <summary>Of the batch that the job was in.</summary>
    public long RetrievalTicks { get; set; }

    /// <summary>Of the batch that the job was in.</summary>
    public long RankingTicks { get; set; }

    /// <summary>Items that the computed list must not have.</summary>
    public OrdinalSet Excluded { get; } = new();

    /// <summary>What rules leave to compute the list from; null when that is everything.</summary>
    public Restriction? Restriction { get; private set; }

    /// <summary>Items that the answer must not have.</summary>
    public OrdinalSet Hidden { get; } = new();

    /// <summary>Makes the answer's list.</summary>
    public ListArrangement Arrangement { get; } = new();

    /// <summary>Items that are among the candidates already.</summary>
    public OrdinalSet Seen { get; } = new();

    /// <summary>
    /// Makes the key from everything that the result follows from, so that equal keys are equal computations whoever asks. The time
    /// of day is left out: requests in flight together are of one moment.
    /// </summary>
    /// <param name="excludedIds">Items that the request rules out, in its own order.</param>
    public void Identify(string placement, string? viewedId, string[]? excludedIds)
    {
        _hash.Reset();
        _hash.Append(MemoryMarshal.AsBytes(Rank.User.AsSpan()));
        _hash.Append(MemoryMarshal.AsBytes(Rank.History.AsSpan()));
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

    /// <summary>The device that is still at it after the deadline; null when there is none.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>From submission until its batch left.</summary>
    public long QueueTicks => Started == 0 ? 0 : Math.Max(0, Started - Enqueued);

    /// <summary>Takes over what an answer without a computation needs.</summary>
    public void TakeRequestOf(RecommendationJob other)
    {
        Reset();
        Shopper = other.Shopper;
        Hidden.CopyFrom(other.Hidden);
    }

    /// <summary>Has the list computed from what rules leave.</summary>
    /// <param name="restriction">Null when that is everything.</param>
    public void Restrict(Restriction? restriction)
    {
        Restriction = restriction;
        Nearest.Allowed = restriction?.Allowed;
    }

    /// <summary>Makes the job ready for the next request.</summary>
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

    // With its length in front, so that two lists of ids cannot run together into the same bytes.
    private void Append(string text)
    {
        int length = text.Length;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    /// <summary>
    /// Jobs of the right sizes for one model. Nothing outside the pool knows them: a pool with memory of its own on each thread would keep
    /// them, and the model they belong to, long after the model was replaced.
    /// </summary>
    public sealed class Pool(BundleManifest manifest, int maxNearest)
    {
        // As many are kept as were ever in use at once, which Serving:MaxInFlight bounds.
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
