using RecOps.Serving.Clusters;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;

namespace RecOps.Serving.Computation;

/// <summary>Gathers the candidates: nearest to the user vector, recently touched, and popular in the cluster.</summary>
internal static class CandidateGathering
{
    /// <summary>Fills in the job's candidates, without duplicates, all of them allowed.</summary>
    /// <param name="job">After its search.</param>
    public static void Gather(RecommendationJob job, BehaviourClusters clusters, ReadOnlySpan<bool> inStock)
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
            foreach (int ordinal in clusters.PopularIn(job.Shopper.Cluster))
            {
                if (ordinal >= 0 && filter.Allows(ordinal) && seen.Add(ordinal))
                    rank.Candidates[count++] = ordinal;
            }
        }

        rank.Count = count;
    }
}
