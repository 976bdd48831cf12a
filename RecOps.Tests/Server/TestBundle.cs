using System.Globalization;
using System.Runtime.CompilerServices;
using RecOps.Shared.Bundles;
using RecOps.Training.Bundles;
using RecOps.Training.Onnx;
using RecOps.Training.Retrieval;

namespace RecOps.Tests.Server;

/// <summary>
/// A shop small enough to reason about, with a real ONNX ranker. Items i0 to i59 and users u0 to u37 belong to behaviour n % 4,
/// whose axis of the vector space they lie near; items of one behaviour are near each other. i0 is the most popular, i59 the least;
/// i7 is sold out, i5 has no price. u38 has done nothing and has no cluster; u39 has done nothing and is in cluster 3.
/// </summary>
internal static class TestBundle
{
    public const string Name = "shop";
    public const string Version = "7";
    public const string ModelVersion = $"{Name}-{Version}";
    public const int Items = 60;
    public const int Users = 40;
    public const int Dimension = 8;
    public const int History = 16;
    public const int Clusters = 4;
    public const int Popular = 10;
    public const string SoldOut = "i7";
    public const string UserWithoutAnything = "u38";
    public const string UserWithClusterOnly = "u39";

    private static readonly Lazy<Task<string>> Written = new(() => WriteAsync(NewDirectory(), new Variation()));

    /// <summary>Models:Directory with a valid bundle in it; written once, never changed.</summary>
    public static Task<string> SharedAsync() => Written.Value;

    /// <summary>Writes a bundle with a variation.</summary>
    /// <returns>Models:Directory.</returns>
    public static async Task<string> WriteAsync(string models, Variation variation)
    {
        string directory = Path.Combine(models, variation.Name);
        using var writer = new BundleWriter(directory);
        WriteTables(writer, variation);
        WriteVectors(writer, variation);
        if (!variation.NoRetrievalModel)
            WriteRetrieval(writer);
        WriteRanker(writer.PathOf(BundleFile.Ranker), variation, variation.IsUpsideDown ? -1 : 1);
        if (variation.OtherRanker is { } other)
            WriteRanker(writer.PathOf(other), variation, variation.OtherRankerIsUpsideDown ? -1 : 1);
        var manifest = new BundleManifest
        {
            Name = variation.Name,
            Version = Version,
            Created = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero),
            Dimension = Dimension,
            Counts = new BundleCounts(Items, Users, Clusters, History, Popular),
            Features = new FeatureSpec
            {
                Context = ["hourSin", "hourCos", "placement:product"],
                FoldDecay = 0.8f,
                EventWeights = new Dictionary<string, float>
                {
                    ["view"] = 0.2f,
                    ["click"] = 0.3f,
                    ["cart"] = 0.6f,
                    ["purchase"] = 1f,
                },
            },
            Ranker = variation.Events is null ? new RankerSignature() : RankerSignature.WithEvents,
            Files = [],
        };
        writer.Publish(manifest);
        if (variation.Manifest is { } change)
        {
            string path = Path.Combine(directory, BundleFile.Manifest);
            await File.WriteAllBytesAsync(path, change(Bundle.ReadManifest(directory)).ToJson());
        }

        return models;
    }

    public static string NewDirectory([CallerMemberName] string test = "")
    {
        string directory = Path.Combine(Path.GetTempPath(), "recops-tests", $"{test}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        };
        return directory;
    }

    public static int NumberOf(string id) => int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture);

    public static int BehaviourOf(string id) => NumberOf(id) % Clusters;

    /// <summary>Vector of an item or user: mostly its behaviour's axis, with noise that is the same in every run.</summary>
    public static float[] VectorOf(int number, int seed)
    {
        var random = new Random((seed * 1000) + number);
        var vector = new float[Dimension];
        for (int i = 0; i < Dimension; i++)
            vector[i] = (float)(random.NextDouble() - 0.5) * 0.2f;
        vector[number % Clusters] += 1;
        return vector;
    }

    private static void WriteTables(BundleWriter writer, Variation variation)
    {
        using (var catalog = new CatalogTableWriter(writer.PathOf(BundleFile.Catalog), ["colour"], default))
        {
            for (int row = 0; row < Items - variation.MissingItemRows; row++)
            {
                int i = variation.NumberAt(row);
                string id = variation.DuplicateItemId && i == 1 ? "i0" : $"i{i}";
                catalog.Add(
                    id,
                    $"Item {i}",
                    $"category-{i % Clusters}",
                    $"brand-{i % 3}",
                    i == 5 ? null : 1.25 + i,
                    i != 7,
                    i == 3 ? "red" : ""
                );
            }

            catalog.Complete();
        }

        using var users = new UserTableWriter(writer.PathOf(BundleFile.UserTable), default);
        for (int u = 0; u < Users; u++)
            users.Add($"u{u}", u % 2 == 0 ? "FI" : "SE", u % 2 == 0 ? "new" : "regular");
        users.Complete();
    }

    private static void WriteVectors(BundleWriter writer, Variation variation)
    {
        using (
            var items = new SafetensorsWriter(
                writer.PathOf(BundleFile.Items),
                SafetensorsWriter.Declaration.Of<float>("popularity", Items),
                SafetensorsWriter.Declaration.Of<Half>("embedding", Items, Dimension)
            )
        )
        {
            items.Write<float>(Enumerable.Range(0, Items).Select(row => (float)(Items - variation.NumberAt(row))).ToArray());
            for (int row = 0; row < Items; row++)
                items.Write<Half>(Halves(VectorOf(variation.NumberAt(row), seed: 1)));
            items.Complete();
        }

        using (
            var users = new SafetensorsWriter(
                writer.PathOf(BundleFile.Users),
                [
                    SafetensorsWriter.Declaration.Of<int>("cluster", Users),
                    SafetensorsWriter.Declaration.Of<int>("history", Users, History),
                    SafetensorsWriter.Declaration.Of<Half>("embedding", Users, Dimension),
                    .. variation.Events is null
                        ? (SafetensorsWriter.Declaration[])[]
                        :
                        [
                            SafetensorsWriter.Declaration.Of<Half>("historyAge", Users, History),
                            SafetensorsWriter.Declaration.Of<byte>("historyType", Users, History),
                        ],
                ]
            )
        )
        {
            users.Write<int>(
                Enumerable
                    .Range(0, Users)
                    .Select(u => u == 38 ? -1 : u % Clusters)
                    .Select(c => c == 3 ? variation.ClusterOfThird ?? 3 : c)
                    .ToArray()
            );
            for (int u = 0; u < Users; u++)
                users.Write<int>(HistoryOf(u, variation));
            for (int u = 0; u < Users; u++)
                users.Write<Half>(Halves(u >= 38 ? new float[Dimension] : VectorOf(u, seed: 2)));
            if (variation.Events is { } events)
            {
                for (int u = 0; u < Users; u++)
                    users.Write<Half>([(Half)events.Days, (Half)1, .. new Half[History - 2]]);
                for (int u = 0; u < Users; u++)
                    users.Write<byte>([events.Type, 0, .. new byte[History - 2]]);
            }

            users.Complete();
        }

        using var clusters = new SafetensorsWriter(
            writer.PathOf(BundleFile.Clusters),
            SafetensorsWriter.Declaration.Of<float>("centroid", Clusters, Dimension),
            SafetensorsWriter.Declaration.Of<float>("map", Clusters, 2),
            SafetensorsWriter.Declaration.Of<int>("popular", Clusters, Popular)
        );
        for (int c = 0; c < Clusters; c++)
            clusters.Write<float>(Enumerable.Range(0, Dimension).Select(i => i == c ? 1f : 0f).ToArray());
        clusters.Write<float>(new float[Clusters * 2]);
        for (int c = 0; c < Clusters; c++)
            clusters.Write<int>(Enumerable.Range(0, Popular).Select(i => variation.NumberAt(c + (i * Clusters))).ToArray());
        clusters.Complete();
    }

    private static void WriteRetrieval(BundleWriter writer)
    {
        using SafetensorsFile items = SafetensorsFile.Open(writer.PathOf(BundleFile.Items));
        RetrievalGraph.Write(writer.PathOf(BundleFile.Retrieval), items, Items, Dimension);
    }

    /// <summary>Two items of the user's own behaviour, newest first.</summary>
    private static int[] HistoryOf(int user, Variation variation)
    {
        int[] history = new int[History];
        Array.Fill(history, -1);
        if (user >= 38)
            return history;
        history[0] = variation.HistoryOrdinal ?? variation.NumberAt((user % Clusters) + 40);
        history[1] = variation.NumberAt((user % Clusters) + 44);
        return history;
    }

    /// <summary>What the ranker that reads events makes of one entry of the candidate in the history.</summary>
    public static float EventScore(int type, float days) => EventWeights[type] * MathF.Exp(-days / 10);

    private static readonly float[] EventWeights = [0.1f, 0.2f, 0.4f, 1];

    /// <summary>sigmoid(sum of <see cref="EventScore"/> over the candidate's entries).</summary>
    private static OnnxValue EventBonus(OnnxGraph graph, OnnxValue seen)
    {
        RankerSignature names = RankerSignature.WithEvents;
        OnnxValue types = graph.Input(names.HistoryTypes!, OnnxType.Int64, "b", History);
        OnnxValue ages = graph.Input(names.HistoryAges!, OnnxType.Float, "b", History);
        OnnxValue faded = graph.Exp(graph.Multiply(ages, graph.Scalar(-0.1f, "rate")));
        OnnxValue weights = graph.Multiply(graph.Gather(graph.Constant<float>(EventWeights, "weights", 4), types), faded);
        return graph.ReduceSum(graph.Multiply(seen, graph.Unsqueeze(weights, 1)), axis: 2, keep: false);
    }

    /// <summary>sigmoid(sign × (user · item + 0.5 × times in history) + 0 × context).</summary>
    private static void WriteRanker(string path, Variation variation, int sign)
    {
        var graph = new OnnxGraph("test-ranker");
        OnnxValue user = graph.Input(variation.RankerUserInput, OnnxType.Float, "b", Dimension);
        OnnxValue history = graph.Input("history", OnnxType.Int64, "b", variation.RankerHistory is { } extent ? extent : "h");
        OnnxValue candidates = graph.Input("candidates", OnnxType.Int64, "b", "k");
        OnnxValue context = graph.Input("context", OnnxType.Float, "b", 3);
        int rows = Items - variation.MissingRankerRows;
        OnnxValue table = graph.Constant<float>(
            Enumerable.Range(0, rows).SelectMany(row => VectorOf(variation.NumberAt(row), seed: 1)).ToArray(),
            "items",
            rows,
            Dimension
        );
        OnnxValue dot = graph.ReduceSum(graph.Multiply(graph.Gather(table, candidates), graph.Unsqueeze(user, 1)), axis: 2, keep: false);
        OnnxValue seen = graph.Cast(graph.Equal(graph.Unsqueeze(history, 1), graph.Unsqueeze(candidates, 2)), OnnxType.Float);
        if (variation.Events is { Missing: false })
        {
            seen = graph.Unsqueeze(EventBonus(graph, seen), 2);
            dot = graph.Multiply(dot, graph.Scalar(0f, "none"));
        }

        OnnxValue bonus = graph.Multiply(
            graph.ReduceSum(seen, axis: 2, keep: false),
            graph.Scalar(variation.Events is null ? 0.5f : 1f, "bonus")
        );
        OnnxValue nothing = graph.Multiply(graph.ReduceSum(context, axis: 1, keep: true), graph.Scalar(0f, "zero"));
        if (variation.Slowness > 0)
            nothing = graph.Add(nothing, Work(graph, context, variation.Slowness));
        graph.Output(
            "score",
            graph.Sigmoid(graph.Add(graph.Multiply(graph.Add(dot, bonus), graph.Scalar((float)sign, "sign")), nothing)),
            OnnxType.Float,
            "b",
            "k"
        );
        graph.Save(path);
    }

    /// <summary>Adds nothing to the score, after many products of large matrices, whatever the batch.</summary>
    private static OnnxValue Work(OnnxGraph graph, OnnxValue context, int products)
    {
        const int Extent = 256;
        float[] mean = new float[Extent * Extent];
        Array.Fill(mean, 1f / Extent);
        OnnxValue matrix = graph.Constant<float>(mean, "mean", Extent, Extent);
        OnnxValue work = graph.Multiply(matrix, graph.ReduceSum(graph.ReduceSum(context, axis: 1, keep: true), axis: 0, keep: true));
        for (int i = 0; i < products; i++)
            work = graph.MatMul(work, matrix);
        return graph.Multiply(graph.ReduceSum(graph.ReduceSum(work, axis: 1, keep: true), axis: 0, keep: true), graph.Scalar(0f, "none"));
    }

    private static Half[] Halves(float[] values) => Array.ConvertAll(values, value => (Half)value);

    /// <summary>What the bundle says of the newest entry of every history; the other one was viewed a day ago.</summary>
    /// <param name="Missing">The manifest names the ranker's inputs for events, and the ranker lacks them.</param>
    internal sealed record BundledEvents(byte Type, float Days, bool Missing = false);

    /// <summary>A variation of the bundle; none by default.</summary>
    internal sealed record Variation
    {
        /// <summary>Name of the bundle and its directory.</summary>
        public string Name { get; init; } = TestBundle.Name;

        /// <summary>Ranks the least likely item first.</summary>
        public bool IsUpsideDown { get; init; }

        /// <summary>Stores the last item in the first row.</summary>
        public bool IsReversed { get; init; }

        /// <summary>Number of the item at a row, and row of the item with a number.</summary>
        public int NumberAt(int row) => IsReversed ? Items - 1 - row : row;

        /// <summary>Each adds half a millisecond or more to ranking, whatever the batch.</summary>
        public int Slowness { get; init; }

        public Func<BundleManifest, BundleManifest>? Manifest { get; init; }

        public string RankerUserInput { get; init; } = "user";

        public int? RankerHistory { get; init; }

        public int MissingRankerRows { get; init; }

        public int MissingItemRows { get; init; }

        public bool DuplicateItemId { get; init; }

        public int? HistoryOrdinal { get; init; }

        public int? ClusterOfThird { get; init; }

        /// <summary>The ranker reads what happened to history entries and when, and nothing else; see <see cref="EventScore"/>.</summary>
        public BundledEvents? Events { get; init; }

        /// <summary>File name of another precision of the ranker.</summary>
        public string? OtherRanker { get; init; }

        public bool NoRetrievalModel { get; init; }

        public bool OtherRankerIsUpsideDown { get; init; }
    }
}
