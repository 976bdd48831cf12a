using RecOps.Server.Models;
using RecOps.Server.Ranking;
using RecOps.Server.Retrieval;
using RecOps.Server.Users;

namespace RecOps.Server.Recommendations;

/// <summary>The items in the running: nearest to the user vector, what the shopper touched before, what their cluster likes.</summary>
internal static class CandidateGathering
{
    /// <summary>Fills the job's candidates, each once, all of them allowed.</summary>
    public static void Gather(ServingModel model, ShopperState shopper, in ItemFilter filter, RequestScratch scratch)
    {
        RankJob job = scratch.Job;
        OrdinalSet seen = scratch.Seen;
        seen.Clear();
        int count = 0;
        if (job.User.AsSpan().ContainsAnyExcept(0f))
        {
            CandidateSearch nearest = scratch.Nearest;
            model.Index.Search(new ReadOnlySpan<CandidateSearch>(in nearest), model.Catalog.InStock);
            foreach (int ordinal in nearest.Ordinals.AsSpan(0, nearest.Found))
            {
                if (seen.Add(ordinal)) job.Candidates[count++] = ordinal;
            }
        }

        foreach (long ordinal in job.History)
        {
            if (ordinal < 0) break;
            if (filter.Allows((int)ordinal) && seen.Add((int)ordinal)) job.Candidates[count++] = (int)ordinal;
        }

        if (shopper.Cluster >= 0)
        {
            foreach (int ordinal in model.Clusters.PopularIn(shopper.Cluster))
            {
                if (ordinal >= 0 && filter.Allows(ordinal) && seen.Add(ordinal)) job.Candidates[count++] = ordinal;
            }
        }

        job.Count = count;
    }
}
