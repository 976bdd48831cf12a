using RecOps.Shared.Bundles;

namespace RecOps.Serving.Clusters;

/// <summary>The live popular list of each cluster.</summary>
internal sealed class LivePopular
{
    private readonly LiveList[] _clusters;

    /// <param name="bundled">[clusters, p]: item ordinals, best first, -1 pads.</param>
    public LivePopular(MappedTensor<int> bundled, TimeProvider time)
    {
        _clusters = new LiveList[bundled.Rows];
        for (int i = 0; i < _clusters.Length; i++)
            _clusters[i] = new LiveList(bundled[i].ToArray(), time);
    }

    public int Count => _clusters.Length;

    public LiveList this[int cluster] => _clusters[cluster];

    /// <summary>Rebuilds the lists of clusters that had events.</summary>
    public void Refresh()
    {
        foreach (LiveList cluster in _clusters)
            cluster.Refresh();
    }
}
