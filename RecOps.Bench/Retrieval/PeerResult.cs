namespace RecOps.Bench.Retrieval;

/// <summary>A faiss index at the lowest effort that reaches our recall.</summary>
/// <param name="Reach">nprobe or efSearch.</param>
/// <param name="Factor">Multiple of the wanted items that is rescored exactly; 1 where the index does not do that.</param>
internal sealed record PeerResult(string Name, int Reach, int Factor, double Recall, long Bytes, double BuildSeconds)
{
    private const int Most = 8192;
    private const int Plenty = 512;
    private const double Hardly = 0.001;
    private static readonly int[] Factors = [2, 4, 8, 16];

    /// <summary>Seconds of each round.</summary>
    public List<double> Rounds { get; } = [];

    private bool IsGraph => Name.StartsWith("hnsw", StringComparison.Ordinal);

    /// <summary>The index and its search settings.</summary>
    public string Describe() =>
        (IsGraph, Factor) switch
        {
            (true, _) => $"{Name}, efSearch {Reach}",
            (_, 1) => $"{Name}, nprobe {Reach}",
            _ => $"{Name}, nprobe {Reach}, {Factor} × {HeldOutQueries.Places} scored exactly",
        };

    /// <summary>The fastest setting that reaches a recall, or the one with the highest recall if none does.</summary>
    public static PeerResult Tune(FaissPeer peer, string name, double recall)
    {
        (double build, long bytes) = peer.Build(name);
        int[] factors = name.EndsWith("fs", StringComparison.Ordinal) ? Factors : [1];
        PeerResult[] tuned = [.. factors.Select(factor => Tune(peer, new PeerResult(name, 0, factor, 0, bytes, build), recall))];
        PeerResult[] reaching = [.. tuned.Where(result => result.Recall >= recall)];
        return reaching.Length > 0
            ? reaching.MinBy(result => peer.Search(name, result.Reach, result.Factor).Seconds)!
            : tuned.MaxBy(result => result.Recall)!;
    }

    /// <summary>Doubles the effort until the recall is reached, then bisects down to the lowest effort that reaches it.</summary>
    private static PeerResult Tune(FaissPeer peer, PeerResult start, double recall)
    {
        double At(int reach) => peer.Search(start.Name, reach, start.Factor).Recall;
        int high = start.IsGraph ? HeldOutQueries.Places : 4;
        (double reached, double before) = (At(high), 0);
        int low = high / 2;

        // When more cells hardly help, the missing items are lost to coarse codes.
        while (reached < recall && high < Most && (high <= Plenty || reached - before > Hardly))
        {
            (low, high, before) = (high, high * 2, reached);
            reached = At(high);
        }

        for (int step = 0; step < 5 && high - low > 1 && reached >= recall; step++)
        {
            int middle = (low + high) / 2;
            double at = At(middle);
            if (at >= recall)
                (high, reached) = (middle, at);
            else
                low = middle;
        }

        return start with
        {
            Reach = high,
            Recall = reached,
        };
    }
}
