namespace RecOps.Bench.Retrieval;

/// <summary>One index of faiss at the least effort that reaches our recall.</summary>
/// <param name="Reach">nprobe or efSearch.</param>
internal sealed record PeerResult(string Name, int Reach, double Recall, long Bytes, double BuildSeconds)
{
    private const int Most = 8192;

    /// <summary>Seconds of each round.</summary>
    public List<double> Rounds { get; } = [];

    /// <summary>Doubles the effort until the recall is reached, then halves the step back to the least that does.</summary>
    /// <returns>As far as was tried, with the recall it has there, when none reaches it.</returns>
    public static PeerResult Tune(FaissPeer peer, string name, double recall)
    {
        (double build, long bytes) = peer.Build(name);
        int high = name == "hnsw" ? HeldOutQueries.Places : 4;
        double reached = peer.Search(name, high).Recall;
        int low = high / 2;
        for (; reached < recall && high < Most; reached = peer.Search(name, high).Recall) (low, high) = (high, high * 2);
        for (int step = 0; step < 4 && high - low > 1 && reached >= recall; step++)
        {
            int middle = (low + high) / 2;
            double at = peer.Search(name, middle).Recall;
            if (at >= recall) (high, reached) = (middle, at);
            else low = middle;
        }

        return new PeerResult(name, high, reached, bytes, build);
    }
}
