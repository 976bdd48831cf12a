using RecOps.Serving.Clusters;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Computation;

/// <summary>
/// Gathers the candidates: nearest to the user vector, recently touched, popular in the cluster, and popular in the shop. The last are what
/// a ranker gives to shoppers of whom it knows little, and what it finds for first-time purchases far from a shopper's taste.
/// </summary>
internal static class CandidateGathering
{
    /// <summary>Popular items of the cluster among the candidates, at most.</summary>
    public const int MostOfCluster = 100;

    /// <summary>Popular items of the whole shop among the candidates, at most.</summary>
    public const int MostPopular = 100;

    /// <summary>Candidates of one list, at most.</summary>
    /// <param name="nearest">Items that retrieval finds.</param>
    public static int Most(BundleCounts counts, int nearest) =>
        nearest + counts.History + Math.Min(counts.Popular, MostOfCluster) + MostPopular;

    /// <summary>Fills in the job's candidates, without duplicates, all of them allowed.</summary>
    /// <param name="job">After its search.</param>
    public static void Gather(RecommendationJob job, BehaviourClusters clusters, PopularItems popular, ReadOnlySpan<bool> inStock)
    {
        RankJob rank = job.Rank;
        OrdinalSet seen = job.Seen;
        ItemFilter filter = job.Nearest.FilterOf(inStock);
        seen.Clear();
        int count = 0;
        foreach (int ordinal in job.Nearest.Ordinals.AsSpan(0, job.Nearest.Found))
        {
            if (seen.Add(ordinal))
                rank.Candidates[count++] = ordinal;
        }

        foreach (long ordinal in rank.History)
        {
            if (ordinal < 0)
                break;
            if (filter.Allows((int)ordinal) && seen.Add((int)ordinal))
                rank.Candidates[count++] = (int)ordinal;
        }

        if (job.Shopper.Cluster >= 0)
        {
            ReadOnlySpan<int> theirs = clusters.PopularIn(job.Shopper.Cluster);
            foreach (int ordinal in theirs[..Math.Min(MostOfCluster, theirs.Length)])
            {
                if (ordinal >= 0 && filter.Allows(ordinal) && seen.Add(ordinal))
                    rank.Candidates[count++] = ordinal;
            }
        }

        ReadOnlySpan<int> everyones = popular.Ordinals;
        foreach (int ordinal in everyones[..Math.Min(MostPopular, everyones.Length)])
        {
            if (filter.Allows(ordinal) && seen.Add(ordinal))
                rank.Candidates[count++] = ordinal;
        }

        rank.Count = count;
    }
}
