using System.Collections.Concurrent;

namespace RecOps.Serving.Clusters;

/// <summary>Users unknown to the bundle, and the cluster that their events put them in. Bounded: later ones are not counted.</summary>
internal sealed class Newcomers
{
    private const int Most = 200_000;
    private readonly ConcurrentDictionary<string, int> _clusters = new(StringComparer.Ordinal);

    public void Joined(string userId, int cluster)
    {
        if (cluster < 0)
            return;
        if (_clusters.Count < Most || _clusters.ContainsKey(userId))
            _clusters[userId] = cluster;
    }

    public int CountIn(int cluster) => _clusters.Values.Count(joined => joined == cluster);
}
