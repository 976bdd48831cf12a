using RecOps.Shared.Bundles;
using RecOps.Training.Bundles;
using RecOps.Training.Import;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>A handmade bundle around a catalogue: random vectors and <see cref="PlainRanker"/>, whose formula is known.</summary>
internal sealed record SmallBundle
{
    public const int Dimension = 8;
    public const int History = 4;
    public const int Clusters = 3;
    public const int Popular = 5;
    public const float FoldDecay = 0.9f;

    public string Name { get; init; } = "small";

    public int Seed { get; init; } = 1;

    /// <summary>Null for a bundle without a training record.</summary>
    public TrainingRecord? Training { get; init; }

    /// <summary>Names of additional rankers under teachers/, all the same as the student.</summary>
    public string[] Teachers { get; init; } = [];

    public static string[] Context { get; } = ["hourSin", "hourCos", "placement:home"];

    /// <summary>A record of training up to a cut.</summary>
    public static TrainingRecord TrainedTo(long? cut, long lastEvent, long events = 1, int seed = 1) =>
        new(
            cut is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.FromUnixTimeSeconds(lastEvent),
            events,
            seed
        );

    public async Task WriteAsync(string directory, CatalogTable catalog, UserTable users, CancellationToken cancellation)
    {
        using var writer = new BundleWriter(directory);
        BundleTables.WriteCatalog(writer.PathOf(BundleFile.Catalog), catalog, cancellation);
        BundleTables.WriteUsers(writer.PathOf(BundleFile.UserTable), users, cancellation);
        WriteTensors(writer, catalog.Count, users.Count);
        using (SafetensorsFile file = SafetensorsFile.Open(writer.PathOf(BundleFile.Items)))
        {
            MappedTensor<Half> vectors = file.Get<Half>("embedding", catalog.Count, Dimension);
            float[] popularity = [.. Enumerable.Range(1, catalog.Count).Select(i => (float)i)];
            PlainRanker.Save(writer.PathOf(BundleFile.Ranker), vectors, popularity, History, Context.Length);
        }

        Directory.CreateDirectory(writer.PathOf("teachers"));
        foreach (string teacher in Teachers)
            File.Copy(writer.PathOf(BundleFile.Ranker), writer.PathOf($"teachers/{teacher}.onnx"));
        writer.Publish(
            new BundleManifest
            {
                Name = Name,
                Version = "1",
                Created = DateTimeOffset.UnixEpoch,
                Dimension = Dimension,
                Counts = new BundleCounts(catalog.Count, users.Count, Clusters, History, Popular),
                Features = new FeatureSpec
                {
                    Context = Context,
                    FoldDecay = FoldDecay,
                    EventWeights = new() { ["purchase"] = 1f, ["view"] = 0.25f },
                    MergeWithinMinutes = 0,
                },
                Training = Training,
                Files = [],
            }
        );
    }

    private void WriteTensors(BundleWriter writer, int items, int users)
    {
        var random = new Random(Seed);
        using (
            var file = new SafetensorsWriter(
                writer.PathOf(BundleFile.Items),
                SafetensorsWriter.Declaration.Of<float>("popularity", items),
                SafetensorsWriter.Declaration.Of<Half>("embedding", items, Dimension)
            )
        )
        {
            file.Write<float>(new float[items]);
            file.Write<Half>([.. Enumerable.Range(0, items * Dimension).Select(_ => (Half)(random.NextSingle() - 0.5f))]);
            file.Complete();
        }

        using (
            var file = new SafetensorsWriter(
                writer.PathOf(BundleFile.Users),
                SafetensorsWriter.Declaration.Of<int>("cluster", users),
                SafetensorsWriter.Declaration.Of<int>("history", users, History),
                SafetensorsWriter.Declaration.Of<Half>("embedding", users, Dimension)
            )
        )
        {
            file.Write<int>(new int[users]);
            file.Write<int>([.. Enumerable.Repeat(-1, users * History)]);
            file.Write<Half>(new Half[users * Dimension]);
            file.Complete();
        }

        using (
            var file = new SafetensorsWriter(
                writer.PathOf(BundleFile.Clusters),
                SafetensorsWriter.Declaration.Of<float>("centroid", Clusters, Dimension),
                SafetensorsWriter.Declaration.Of<float>("map", Clusters, 2),
                SafetensorsWriter.Declaration.Of<int>("popular", Clusters, Popular)
            )
        )
        {
            file.Write<float>([.. Enumerable.Range(0, Clusters * Dimension).Select(_ => random.NextSingle() - 0.5f)]);
            file.Write<float>(new float[Clusters * 2]);
            file.Write<int>([.. Enumerable.Range(0, Clusters * Popular).Select(_ => random.Next(items))]);
            file.Complete();
        }
    }
}
