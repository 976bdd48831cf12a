using System.Numerics.Tensors;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Users;

/// <summary>
/// What the model knows of a shopper at this moment: the bundle's vector with everything since folded in, the history with the
/// newest in front, and the cluster.
/// </summary>
internal sealed class UserEmbeddings(TimeProvider time)
{
    /// <summary>
    /// What is to be known of a shopper for a list that is not computed, without making their vector: of most, the bundle says it.
    /// </summary>
    /// <returns>False when it takes <see cref="Fill"/> to know.</returns>
    public static bool TryGlance(ServingModel model, string userId, out ShopperState state)
    {
        state = default;
        if (!model.Users.TryGetOrdinal(userId, out int user)) return false;
        int cluster = model.UserClusters[user][0];
        if (cluster < 0 || model.UserHistories[user] is not [>= 0, ..]) return false;
        state = new ShopperState(HasBehaviour: true, cluster);
        return true;
    }

    /// <summary>The cluster that the bundle has a user in, or -1.</summary>
    public static int BundledClusterOf(ServingModel model, string userId) =>
        model.Users.TryGetOrdinal(userId, out int user) ? model.UserClusters[user][0] : -1;

    /// <summary>Fills the job's user vector and history.</summary>
    /// <param name="fresh">What the user did since the bundle was made.</param>
    public ShopperState Fill(ServingModel model, RecommendationRequest request, FreshHistory fresh, RankJob job)
    {
        bool known = model.Users.TryGetOrdinal(request.UserId!, out int user);
        if (known) TensorPrimitives.ConvertToSingle(model.UserVectors[user], job.User);
        else Array.Clear(job.User);

        FoldEvents(model, fresh, job.User);
        FoldRequest(model, request, job.User);
        int length = FillHistory(model, request, fresh, known ? user : -1, job.History);
        int cluster = ClusterOf(model, known ? user : -1, job.User);
        return new ShopperState(length > 0 || job.User.AsSpan().ContainsAnyExcept(0f), cluster);
    }

    /// <summary>The cluster a shopper is in by the bundle or by their events, or -1.</summary>
    public static int ClusterOf(ServingModel model, string userId)
    {
        bool known = model.Users.TryGetOrdinal(userId, out int user);
        float[] vector = new float[model.Manifest.Dimension];
        if (known) TensorPrimitives.ConvertToSingle(model.UserVectors[user], vector);
        FoldEvents(model, model.Events.Of(userId), vector);
        return ClusterOf(model, known ? user : -1, vector);
    }

    private static int ClusterOf(ServingModel model, int user, ReadOnlySpan<float> vector)
    {
        int cluster = user < 0 ? -1 : model.UserClusters[user][0];
        return cluster >= 0 ? cluster : model.Clusters.Nearest(vector);
    }

    private static void FoldEvents(ServingModel model, FreshHistory fresh, Span<float> vector)
    {
        // Entries, not events: training folds a visit's view, cart and purchase once, at the strongest weight.
        for (int i = fresh.Entries.Length - 1; i >= 0; i--)
            Fold(model, fresh.Entries[i].Item, model.EventWeights[(int)fresh.Entries[i].Kind], vector);
    }

    /// <summary>What the request says the shopper looks at counts as views, the item on the page newest.</summary>
    private static void FoldRequest(ServingModel model, RecommendationRequest request, Span<float> vector)
    {
        float weight = model.EventWeights[(int)EventKind.View];
        for (int i = (request.RecentItemIds?.Length ?? 0) - 1; i >= 0; i--)
        {
            if (model.Catalog.TryGetOrdinal(request.RecentItemIds![i], out int recent)) Fold(model, recent, weight, vector);
        }

        if (request.ItemId is { Length: > 0 } id && model.Catalog.TryGetOrdinal(id, out int item)) Fold(model, item, weight, vector);
    }

    private static void Fold(ServingModel model, int item, float weight, Span<float> vector)
    {
        if (weight != 0) UserVector.Fold(vector, model.ItemVectors[item], model.Manifest.Features.FoldDecay, weight);
    }

    /// <summary>The item on the page, the request's recent items, fresh events, then the bundle's history; -1 pads.</summary>
    private int FillHistory(ServingModel model, RecommendationRequest request, FreshHistory fresh, int user, Span<long> history)
    {
        int length = 0;
        if (request.ItemId is { Length: > 0 } id && model.Catalog.TryGetOrdinal(id, out int item)) history[length++] = item;
        foreach (string recentId in request.RecentItemIds ?? [])
        {
            if (length == history.Length) break;
            if (model.Catalog.TryGetOrdinal(recentId, out int recent) && !history[..length].Contains(recent)) history[length++] = recent;
        }

        // The request's items were touched now: an event on one of them within the window is the same visit.
        ReadOnlySpan<long> now = history[..length];
        long oldest = time.GetUtcNow().ToUnixTimeMilliseconds() - (model.Manifest.Features.MergeWithinMinutes * 60_000L);
        foreach (FreshEvent entry in fresh.Entries)
        {
            if (length == history.Length) break;
            if (entry.UnixMilliseconds < oldest || !now.Contains(entry.Item)) history[length++] = entry.Item;
        }

        if (user >= 0)
        {
            foreach (int past in model.UserHistories[user])
            {
                if (length == history.Length) break;
                if (past >= 0) history[length++] = past;
            }
        }

        history[length..].Fill(-1);
        return length;
    }
}

/// <param name="HasBehaviour">False for someone of whom nothing is known that a model could use.</param>
/// <param name="Cluster">-1 for none.</param>
internal readonly record struct ShopperState(bool HasBehaviour, int Cluster);
