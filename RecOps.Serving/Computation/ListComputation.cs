using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Catalog;
using RecOps.Serving.Clusters;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Computation;

/// <summary>Computes a whole batch: retrieval, candidate gathering, ranking. The results are cached.</summary>
/// <param name="itemVectors">[items, d].</param>
/// <param name="listLength">Items of a list; the rest of the ranking is cut off.</param>
internal sealed class ListComputation(
    ICandidateIndex index,
    IRanker ranker,
    ItemCatalog catalog,
    MappedTensor<Half> itemVectors,
    BehaviourClusters clusters,
    PopularItems popular,
    ResultCache cache,
    int listLength,
    TimeProvider time
) : IBatchDevice<RecommendationJob>
{
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, ranker.Lanes).Select(_ => new Lane(ranker.MaxBatch))];

    public int Lanes => _lanes.Length;

    public bool IndependentLanes => ranker.Provider.Actual == ExecutionProvider.Cpu.Name;

    public int MaxBatch => ranker.MaxBatch;

    public int PaddedSize(int count) => ranker.PaddedSize(count);

    public void Run(int lane, ReadOnlySpan<RecommendationJob> jobs)
    {
        long start = time.GetTimestamp();
        jobs = WithoutThoseInCache(jobs, _lanes[lane]);
        Retrieve(jobs, _lanes[lane]);
        long retrieved = time.GetTimestamp();
        bool inTime = Rank(jobs, _lanes[lane]);
        long ranked = time.GetTimestamp();
        foreach (RecommendationJob job in jobs)
        {
            job.RetrievalTicks = retrieved - start;
            job.RankingTicks = ranked - retrieved;
            job.OutOfTime = !inTime;
            if (inTime && job.IsStored)
                Store(job, (ranked - start) * 1e6 / time.TimestampFrequency / jobs.Length);
        }
    }

    /// <summary>Ranked candidates, best first; ties in order of ordinal, so that lists do not flicker.</summary>
    private void Collect(RecommendationJob job)
    {
        RankJob rank = job.Rank;
        Span<ulong> keys = job.Keys.AsSpan(0, rank.Count);
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ScoreKey.Of(rank.Scores[i], rank.Candidates[i]);
        keys.Sort();
        job.RankedCount = Math.Min(keys.Length, listLength);
        for (int i = 0; i < job.RankedCount; i++)
        {
            ulong key = keys[keys.Length - 1 - i];
            job.Ordinals[i] = ScoreKey.Number(key);
            job.Scores[i] = (Half)ScoreKey.Score(key);
        }
    }

    private void Store(RecommendationJob job, double microseconds) =>
        cache.Store(
            job.CacheKey,
            new CachedList(job.Ranked)
            {
                Computed = job.Computed,
                Stamp = job.Stamp,
                Cluster = job.Shopper.Cluster,
                Cost = (float)microseconds,
                Origin = job.Origin,
                WarmedBy = job.WarmedBy,
            }
        );

    /// <summary>Skips jobs whose list another batch made after they looked in the cache, so that no list is computed twice.</summary>
    private ReadOnlySpan<RecommendationJob> WithoutThoseInCache(ReadOnlySpan<RecommendationJob> jobs, Lane lane)
    {
        int count = 0;
        foreach (RecommendationJob job in jobs)
        {
            if (
                job.IsStored
                && cache.TryGetFresh(job.CacheKey, job.Stamp, job.PurgedAt, out CachedList? list)
                && list.Ranked.Count <= job.Ordinals.Length
            )
            {
                list.Ranked.Ordinals.CopyTo(job.Ordinals);
                list.Ranked.Scores.CopyTo(job.Scores);
                job.RankedCount = list.Count;
                job.FromCache = true;
            }
            else
            {
                lane.Jobs[count++] = job;
            }
        }

        return lane.Jobs.AsSpan(0, count);
    }

    private void Retrieve(ReadOnlySpan<RecommendationJob> jobs, Lane lane)
    {
        int count = 0;
        foreach (RecommendationJob job in jobs)
        {
            job.Nearest.Found = 0;
            if (!job.Rank.User.AsSpan().ContainsAnyExcept(0f))
                continue;
            if (job.Restriction?.Items is { } few)
                ExactScan.TopK(itemVectors, few, job.Nearest, catalog.InStock);
            else
                lane.Searches[count++] = job.Nearest;
        }

        index.Search(lane.Searches.AsSpan(0, count), catalog.InStock);
        foreach (RecommendationJob job in jobs)
            CandidateGathering.Gather(job, clusters, popular, catalog.InStock);
    }

    private bool Rank(ReadOnlySpan<RecommendationJob> jobs, Lane lane)
    {
        int count = 0;
        long latest = long.MinValue;
        foreach (RecommendationJob job in jobs)
        {
            if (job.Rank.Count == 0)
                continue;
            lane.Ranks[count++] = job.Rank;
            latest = Math.Max(latest, job.Deadline);
        }

        if (count > 0 && !ranker.Rank(lane.Ranks.AsSpan(0, count), latest))
            return false;
        foreach (RecommendationJob job in jobs)
            Collect(job);
        return true;
    }

    /// <summary>The jobs of one batch, by stage.</summary>
    private sealed class Lane(int maxBatch)
    {
        public RecommendationJob[] Jobs { get; } = new RecommendationJob[maxBatch];

        public CandidateSearch[] Searches { get; } = new CandidateSearch[maxBatch];

        public RankJob[] Ranks { get; } = new RankJob[maxBatch];
    }
}
