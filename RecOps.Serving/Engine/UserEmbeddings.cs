using System.Numerics.Tensors;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Users;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Engine;

/// <summary>
/// The model's current view of a shopper: the bundle's vector with later events folded in, the history with the newest first, and the
/// cluster.
/// </summary>
internal sealed class UserEmbeddings(TimeProvider time)
{
    /// <summary>
    /// Finds what a list without a computation needs to know of a shopper, without building their vector: for most, the bundle has it.
    /// </summary>
    /// <returns>False when only <see cref="Fill"/> can find out.</returns>
    public static bool TryReadBundled(in RequestContext context, out ShopperState state)
    {
        state = default;
        int cluster = context.BundledCluster;
        if (cluster < 0 || context.Model.UserHistories[context.User] is not [>= 0, ..])
            return false;
        state = new ShopperState(HasBehaviour: true, cluster);
        return true;
    }

    /// <summary>Fills in the job's user vector and history.</summary>
    public ShopperState Fill(in RequestContext context, RankJob job)
    {
        ServingModel model = context.Model;
        if (context.User >= 0)
            TensorPrimitives.ConvertToSingle(model.UserVectors[context.User], job.User);
        else
            Array.Clear(job.User);

        FoldEvents(model, context.History, job.User);
        FoldRequest(context, job.User);
        int length = FillHistory(context, job);
        int cluster = ClusterOf(model, context.User, job.User);
        return new ShopperState(length > 0 || job.User.AsSpan().ContainsAnyExcept(0f), cluster);
    }

    /// <summary>The shopper's cluster, by the bundle or by their events, or -1.</summary>
    public static int ClusterOf(ServingModel model, string userId)
    {
        int user = model.Users.OrdinalOf(userId);
        float[] vector = new float[model.Manifest.Dimension];
        if (user >= 0)
            TensorPrimitives.ConvertToSingle(model.UserVectors[user], vector);
        FoldEvents(model, model.Events.Of(userId), vector);
        return ClusterOf(model, user, vector);
    }

    private static int ClusterOf(ServingModel model, int user, ReadOnlySpan<float> vector)
    {
        int cluster = user < 0 ? -1 : model.UserClusters[user][0];
        return cluster >= 0 ? cluster : model.Clusters.Nearest(vector);
    }

    private static void FoldEvents(ServingModel model, FreshHistory fresh, Span<float> vector)
    {
        // Entries, not events: training folds in a visit's view, cart and purchase once, at the strongest weight.
        for (int i = fresh.Entries.Length - 1; i >= 0; i--)
            Fold(model, fresh.Entries[i].Item, model.EventWeights[(int)fresh.Entries[i].Kind], vector);
    }

    /// <summary>Items that the request says the shopper looks at count as views, the item on the page as the newest.</summary>
    private static void FoldRequest(in RequestContext context, Span<float> vector)
    {
        ServingModel model = context.Model;
        string[] recent = context.Request.RecentItemIds ?? [];
        float weight = model.EventWeights[(int)EventKind.View];
        for (int i = recent.Length - 1; i >= 0; i--)
        {
            if (model.Catalog.TryGetOrdinal(recent[i], out int item))
                Fold(model, item, weight, vector);
        }

        if (context.Key.Item >= 0)
            Fold(model, context.Key.Item, weight, vector);
    }

    private static void Fold(ServingModel model, int item, float weight, Span<float> vector)
    {
        if (weight != 0)
            UserVector.Fold(vector, model.ItemVectors[item], model.Manifest.Features.FoldDecay, weight);
    }

    /// <summary>
    /// The item on the page, the request's recent items, fresh events, then the bundle's history; -1 pads. The first two were viewed now.
    /// Ages of the bundle's entries are those when it was made: a shop that is late with a new model does not have its shoppers forget.
    /// </summary>
    private int FillHistory(in RequestContext context, RankJob job)
    {
        ServingModel model = context.Model;
        long[] history = job.History;
        Array.Clear(job.HistoryTypes);
        Array.Clear(job.HistoryAges);
        int length = 0;
        if (context.Key.Item >= 0)
            history[length++] = context.Key.Item;
        foreach (string recentId in context.Request.RecentItemIds ?? [])
        {
            if (length == history.Length)
                break;
            if (model.Catalog.TryGetOrdinal(recentId, out int recent) && !history.AsSpan(0, length).Contains(recent))
                history[length++] = recent;
        }

        // The request's items were touched now: an event on one of them within the window belongs to the same visit.
        ReadOnlySpan<long> viewed = history.AsSpan(0, length);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long oldest = now - (model.Manifest.Features.MergeWithinMinutes * 60_000L);
        foreach (FreshEvent entry in context.History.Entries)
        {
            if (length == history.Length)
                break;
            int same = entry.UnixMilliseconds >= oldest ? viewed.IndexOf(entry.Item) : -1;
            if (same >= 0)
            {
                // The strongest of what happened to an item within a visit counts.
                if (job.HistoryTypes.Length > 0)
                    job.HistoryTypes[same] = Math.Max(job.HistoryTypes[same], (long)entry.Kind);
                continue;
            }

            if (job.HistoryTypes.Length > 0)
                job.HistoryTypes[length] = (long)entry.Kind;
            if (job.HistoryAges.Length > 0)
                job.HistoryAges[length] = DaysSince(entry.UnixMilliseconds, now);
            history[length++] = entry.Item;
        }

        if (context.User >= 0)
            length = AddBundled(model, context.User, job, length);

        history.AsSpan(length).Fill(-1);
        return length;
    }

    private static int AddBundled(ServingModel model, int user, RankJob job, int length)
    {
        ReadOnlySpan<int> past = model.UserHistories[user];
        for (int i = 0; i < past.Length && length < job.History.Length; i++)
        {
            if (past[i] < 0)
                continue;
            if (model.UserHistoryTypes is { } types)
                job.HistoryTypes[length] = types[user][i];
            if (model.UserHistoryAges is { } ages)
                job.HistoryAges[length] = (float)ages[user][i];
            job.History[length++] = past[i];
        }

        return length;
    }

    /// <summary>Whole minutes as days, so that requests of the same shopper shortly after each other are the same computation.</summary>
    private static float DaysSince(long then, long now) => Math.Max(0, (now - then) / 60_000) / 1440f;
}
