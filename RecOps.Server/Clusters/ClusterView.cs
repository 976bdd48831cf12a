using RecOps.Serving.Caching;
using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Shared.Catalog;
using RecOps.Shared.Clusters;

namespace RecOps.Server.Clusters;

/// <summary>Describes clusters for the console.</summary>
internal sealed class ClusterView(ResultCache cache, TimeProvider time)
{
    private const int LabelCategories = 2;
    private const int Shares = 8;
    private const int PopularShown = 20;
    private const int UsersShown = 12;
    private static readonly TimeSpan Recount = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private (ServingModel Model, DateTimeOffset Time, Dictionary<int, int> Users)? _cached;

    public ClusterList List(ServingModel model)
    {
        Dictionary<int, int> cached = CachedUsers(model);
        ClusterSummary[] clusters =
        [
            .. Enumerable.Range(0, model.Manifest.Counts.Clusters).Select(cluster => Summarize(model, cluster, cached)),
        ];
        return new ClusterList(Since(model), model.Visitors.Users, clusters.Sum(cluster => cluster.Requests), clusters);
    }

    public ClusterProfile Profile(ServingModel model, int cluster)
    {
        int[] popular = Popular(model, cluster);
        ReadOnlySpan<int> bundled = model.Clusters.Popular[cluster].Bundled;
        var items = new List<PopularItem>(PopularShown);
        for (int place = 0; place < Math.Min(PopularShown, popular.Length); place++)
        {
            int before = bundled.IndexOf(popular[place]);
            items.Add(
                new PopularItem(
                    model.Catalog.Describe(popular[place]),
                    model.Clusters.Popular[cluster].WeightOf(popular[place]),
                    before < 0 ? null : before - place
                )
            );
        }

        ItemDetails[] described = Array.ConvertAll(popular, model.Catalog.Describe);
        return new ClusterProfile(
            Summarize(model, cluster, CachedUsers(model)),
            Share(described, item => item.Category),
            Share(described, item => item.Brand),
            Array.ConvertAll(
                model.Traffic.HoursOf(cluster),
                hour => new HourOfTraffic(
                    hour.Start,
                    hour.Requests,
                    hour.Hits,
                    hour.AllRequests == 0 ? 0 : (double)hour.Requests / hour.AllRequests
                )
            ),
            [.. items],
            Expected(model, cluster)
        );
    }

    private static int[] Popular(ServingModel model, int cluster)
    {
        ReadOnlySpan<int> list = model.Clusters.PopularIn(cluster);
        int end = list.IndexOf(-1);
        return (end < 0 ? list : list[..end]).ToArray();
    }

    private static ShareOf[] Share(ItemDetails[] items, Func<ItemDetails, string> by)
    {
        ItemDetails[] named = Array.FindAll(items, item => by(item).Length > 0);
        return
        [
            .. named
                .GroupBy(by)
                .Select(group => new ShareOf(group.Key, (double)group.Count() / named.Length))
                .OrderByDescending(share => share.Share)
                .ThenBy(share => share.Name, StringComparer.Ordinal)
                .Take(Shares),
        ];
    }

    private DateTimeOffset Since(ServingModel model)
    {
        DateTimeOffset day = time.GetUtcNow().AddHours(-ClusterTraffic.Hours);
        return model.Traffic.Started > day ? model.Traffic.Started : day;
    }

    private static ClusterSummary Summarize(ServingModel model, int cluster, Dictionary<int, int> cached)
    {
        ClusterHour[] hours = model.Traffic.HoursOf(cluster);
        ItemDetails[] popular = Array.ConvertAll(Popular(model, cluster), model.Catalog.Describe);
        string[] liked = [.. Share(popular, item => item.Category).Take(LabelCategories).Select(share => share.Name)];
        ReadOnlySpan<float> place = model.ClusterMap[cluster];
        return new ClusterSummary(
            cluster,
            liked.Length == 0 ? $"Cluster {cluster}" : string.Join(", ", liked),
            place[0],
            place[1],
            model.Visitors.UsersOf(cluster).Length,
            model.Newcomers.CountIn(cluster),
            hours.Sum(hour => hour.Requests),
            model.Traffic.PerMinute(cluster),
            hours.Sum(hour => hour.Hits),
            cached.GetValueOrDefault(cluster)
        );
    }

    private ExpectedUser[] Expected(ServingModel model, int cluster)
    {
        (int User, double Rate)[] next = model.Visitors.Next(cluster, UsersShown, time.GetUtcNow().ToUnixTimeMilliseconds());
        HashSet<UInt128> cached = [.. cache.Lists.Entries().Select(entry => entry.Key.User)];
        return Array.ConvertAll(
            next,
            expected => new ExpectedUser(
                model.Users.IdOf(expected.User),
                model.Users.CountryOf(expected.User),
                model.Users.SegmentOf(expected.User),
                model.Visitors.LastSeen(expected.User),
                cached.Contains((UInt128)(uint)expected.User)
            )
        );
    }

    /// <summary>Users with a list in this process, by cluster; recounted every few seconds at most.</summary>
    private Dictionary<int, int> CachedUsers(ServingModel model)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_cached is { } known && known.Model == model && now - known.Time < Recount)
                return known.Users;
            Dictionary<int, int> users = cache
                .Lists.Entries()
                .Where(entry => entry.Key.Model == model.Generation && entry.Value.Cluster >= 0)
                .GroupBy(entry => entry.Value.Cluster)
                .ToDictionary(group => group.Key, group => group.Select(entry => entry.Key.User).Distinct().Count());
            _cached = (model, now, users);
            return users;
        }
    }
}
