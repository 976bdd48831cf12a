namespace RecOps.Training.Synth;

/// <summary>
/// The vector space of synthetic items. A two-level mixture, as in real catalogues: behaviour clusters, each with a few groups of items
/// that have their own spread. Cluster sizes, group sizes and popularity are long-tailed.
/// </summary>
internal sealed class SynthVectorSpace
{
    private const int GroupsOfCluster = 8;
    private readonly SynthBundleOptions _options;
    private readonly float[] _centres;
    private readonly double[] _spreads;
    private readonly int[] _groupOf;
    private readonly int[] _order;
    private readonly double[] _sums;
    private readonly int[] _starts;

    private SynthVectorSpace(SynthBundleOptions options)
    {
        _options = options;
        Groups = options.Clusters * GroupsOfCluster;
        _centres = new float[Groups * options.Dimension];
        _spreads = new double[Groups];
        _groupOf = new int[options.Items];
        _order = new int[options.Items];
        _sums = new double[options.Items];
        _starts = new int[Groups + 1];
        Popularity = new float[options.Items];
    }

    /// <summary>Number of item groups; those of one cluster are consecutive.</summary>
    public int Groups { get; }

    /// <summary>By item; 0 to 1, long-tailed.</summary>
    public float[] Popularity { get; }

    public static SynthVectorSpace Create(SynthBundleOptions options)
    {
        var space = new SynthVectorSpace(options);
        space.PlaceCentres();
        space.PlaceItems();
        return space;
    }

    /// <summary>The group that an item belongs to.</summary>
    public int GroupOf(int item) => _groupOf[item];

    public static int ClusterOfGroup(int group) => group / GroupsOfCluster;

    /// <summary>An item's vector; depends on the item alone, so vectors can be made in any order.</summary>
    /// <param name="vector">As long as the space's dimension.</param>
    public void FillVector(int item, Span<Half> vector)
    {
        var random = new SynthRandom(_options.Seed, SynthStream.ItemVectors, item);
        int group = _groupOf[item];
        double scale = _spreads[group] / Math.Sqrt(vector.Length);
        Span<double> values = stackalloc double[vector.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _centres[(group * values.Length) + i] + (scale * random.NextGaussian());
        SynthPeople.Normalise(values);

        // Lengths vary too, as those of trained vectors do.
        double length = Math.Exp(0.12 * random.NextGaussian());
        for (int i = 0; i < values.Length; i++)
            vector[i] = (Half)(values[i] * length);
    }

    /// <summary>Draws a cluster with a probability proportional to its size.</summary>
    public int DrawCluster(ref SynthRandom random) => ClusterOfGroup(_groupOf[random.Next(_options.Items)]);

    /// <summary>Draws an item of a cluster by popularity; any item if the cluster is empty.</summary>
    public int DrawFromCluster(int cluster, ref SynthRandom random) =>
        DrawBetween(_starts[cluster * GroupsOfCluster], _starts[(cluster + 1) * GroupsOfCluster], ref random);

    /// <summary>Draws an item of a group by popularity; any item if the group is empty.</summary>
    public int DrawFromGroup(int group, ref SynthRandom random) => DrawBetween(_starts[group], _starts[group + 1], ref random);

    public int DrawAny(ref SynthRandom random) => DrawBetween(0, _order.Length, ref random);

    /// <summary>The most popular items of a cluster, then those of the whole catalogue, padded with -1.</summary>
    public void FillPopular(int cluster, ReadOnlySpan<int> popularOfAll, Span<int> list)
    {
        list.Fill(-1);
        int[] members = _order[_starts[cluster * GroupsOfCluster].._starts[(cluster + 1) * GroupsOfCluster]];
        int[] best = MostPopular(members, list.Length);
        best.CopyTo(list);
        int filled = best.Length;
        foreach (int item in popularOfAll)
        {
            if (filled == list.Length)
                break;
            if (ClusterOfGroup(_groupOf[item]) != cluster)
                list[filled++] = item;
        }
    }

    /// <summary>The most popular items overall, most popular first.</summary>
    public int[] MostPopular(int count) => MostPopular((int[])_order.Clone(), count);

    private int[] MostPopular(int[] items, int count)
    {
        Array.Sort(items, (a, b) => Popularity[a] != Popularity[b] ? Popularity[b].CompareTo(Popularity[a]) : a.CompareTo(b));
        return items.Length > count ? items[..count] : items;
    }

    private int DrawBetween(int start, int end, ref SynthRandom random)
    {
        if (start == end)
            (start, end) = (0, _order.Length);
        double before = start == 0 ? 0 : _sums[start - 1];
        double target = before + (random.NextDouble() * (_sums[end - 1] - before));
        int low = start;
        int high = end - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_sums[middle] > target)
                high = middle;
            else
                low = middle + 1;
        }

        return _order[low];
    }

    private void PlaceCentres()
    {
        int dimension = _options.Dimension;
        Span<double> parent = stackalloc double[dimension];
        Span<double> centre = stackalloc double[dimension];
        for (int cluster = 0; cluster < _options.Clusters; cluster++)
        {
            var random = new SynthRandom(_options.Seed, SynthStream.Clusters, cluster);
            foreach (ref double value in parent)
                value = random.NextGaussian();
            SynthPeople.Normalise(parent);
            for (int i = 0; i < GroupsOfCluster; i++)
            {
                int group = (cluster * GroupsOfCluster) + i;
                for (int k = 0; k < dimension; k++)
                    centre[k] = (0.8 * parent[k]) + (0.6 * random.NextGaussian() / Math.Sqrt(dimension));
                SynthPeople.Normalise(centre);
                for (int k = 0; k < dimension; k++)
                    _centres[(group * dimension) + k] = (float)centre[k];
                _spreads[group] = 0.35 + (0.5 * random.NextDouble());
            }
        }
    }

    private void PlaceItems()
    {
        var sizes = new double[Groups];
        for (int group = 0; group < Groups; group++)
        {
            var random = new SynthRandom(_options.Seed, SynthStream.Groups, group);
            sizes[group] = Math.Exp(0.5 * random.NextGaussian()) / Math.Pow(ClusterOfGroup(group) + 3, 0.8);
        }

        double[] groupSums = SynthCalendar.Sums(sizes);
        for (int item = 0; item < _groupOf.Length; item++)
        {
            var random = new SynthRandom(_options.Seed, SynthStream.Items, item);
            _groupOf[item] = random.NextIndex(groupSums);
            _starts[_groupOf[item] + 1]++;

            // A power law: the chance of a popularity above p falls as p falls, p ~ (1/u)^0.8 scaled to at most 1.
            double rank = 1 + (random.NextDouble() * _groupOf.Length);
            Popularity[item] = (float)Math.Pow(rank, -0.8);
        }

        for (int group = 0; group < Groups; group++)
            _starts[group + 1] += _starts[group];
        var next = (int[])_starts.Clone();
        for (int item = 0; item < _groupOf.Length; item++)
            _order[next[_groupOf[item]]++] = item;
        double sum = 0;
        for (int i = 0; i < _order.Length; i++)
            _sums[i] = sum += Popularity[_order[i]];
    }
}
