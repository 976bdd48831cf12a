namespace RecOps.Serving.Caching.Eviction;

/// <summary>Recent request rate of each cluster's entries. Not thread-safe.</summary>
internal sealed class ClusterRates
{
    private const double Fade = 0.5;

    /// <summary>Requests after which the counts fade.</summary>
    private readonly int _period;
    private double[] _asked = [];
    private int[] _entries = [];
    private int _sinceFade;

    /// <param name="entries">Approximate number of entries over all clusters.</param>
    public ClusterRates(int entries) => _period = Math.Max(entries / 2, 64);

    public void Asked(int cluster)
    {
        if (++_sinceFade >= _period)
        {
            _sinceFade = 0;
            for (int i = 0; i < _asked.Length; i++)
                _asked[i] *= Fade;
        }

        if (cluster < 0)
            return;
        Reserve(cluster);
        _asked[cluster]++;
    }

    public void Entered(int cluster)
    {
        if (cluster < 0)
            return;
        Reserve(cluster);
        _entries[cluster]++;
    }

    public void Left(int cluster)
    {
        if (cluster >= 0)
            _entries[cluster]--;
    }

    /// <summary>Requests per entry of the cluster, over about as many requests in total as there are entries; 0 for none.</summary>
    public double RateOf(int cluster) => (uint)cluster < (uint)_entries.Length ? _asked[cluster] / Math.Max(_entries[cluster], 1) : 0;

    private void Reserve(int cluster)
    {
        if (cluster < _asked.Length)
            return;
        Array.Resize(ref _asked, cluster + 1);
        Array.Resize(ref _entries, cluster + 1);
    }
}
