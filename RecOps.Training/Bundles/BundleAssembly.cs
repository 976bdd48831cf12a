using RecOps.Shared.Bundles;
using RecOps.Training.Clusters;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;
using RecOps.Training.Retrieval;

namespace RecOps.Training.Bundles;

/// <summary>Writes every file of a bundle for a trained student, except the manifest and the report.</summary>
/// <param name="name">Name of the bundle.</param>
/// <param name="int8">Whether to write an 8-bit ranker too.</param>
internal sealed class BundleAssembly(string name, bool int8, TrainingSet set)
{
    private const int PopularLength = 200;

    /// <summary>The ranker's files and the precision of each.</summary>
    private IEnumerable<(string File, RankerPrecision Precision)> RankerForms
    {
        get
        {
            yield return (BundleFile.Ranker, RankerPrecision.Single);
            yield return (BundleFile.RankerHalf, RankerPrecision.Half);
            if (int8)
                yield return (BundleFile.RankerInt8, RankerPrecision.Int8);
        }
    }

    private int PopularItems => Math.Min(PopularLength, set.Data.Catalog.Count);

    /// <param name="seed">Seed of the run; recorded in the manifest and used for anything random.</param>
    /// <returns>The manifest for <see cref="BundleWriter.Publish"/>.</returns>
    public async Task<BundleManifest> WriteAsync(
        BundleWriter bundle,
        Trained<RankerNetwork> student,
        int seed,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        BundleTables.WriteCatalog(bundle.PathOf(BundleFile.Catalog), set.Data.Catalog, cancellation);
        BundleTables.WriteUsers(bundle.PathOf(BundleFile.UserTable), set.Data.Users, cancellation);
        RankerExport.RoundItems(student.Network);
        foreach ((string file, RankerPrecision precision) in RankerForms)
            RankerExport.Save(student.Network, set.Trends.At(set.Trends.Moments - 1), student.Calibration, precision, bundle.PathOf(file));
        Half[] items = RankerExport.UnitItems(student.Network);

        using IProgressTask task = progress.Start("Clustering users", 1);
        (int dimension, int history) = (student.Network.Shape.Dimension, student.Network.Shape.History);
        float[] users = UserFolding.FoldAll(set.Histories, items, dimension, TrainingSet.Features);
        BehaviourClusters clusters = BehaviourClusters.Fit(
            users,
            dimension,
            set.Histories,
            set.Trends.Popularity,
            BehaviourClusters.DefaultCount(set.Data.Users.Count),
            PopularItems,
            TrainingSet.Features,
            seed,
            cancellation
        );
        WriteTensors(bundle, student.Network.Shape, items, users, clusters);
        using (SafetensorsFile file = SafetensorsFile.Open(bundle.PathOf(BundleFile.Items)))
        {
            MappedTensor<Half> vectors = file.Get<Half>("embedding", set.Data.Catalog.Count, dimension);
            BundleIndexing.WriteIfUseful(bundle.PathOf(BundleFile.Index), vectors, seed, progress, cancellation);
            RetrievalGraph.Write(bundle.PathOf(BundleFile.Retrieval), file, set.Data.Catalog.Count, dimension);
        }

        task.Report(1, $"{clusters.Count} clusters");
        return new BundleManifest
        {
            Name = name,
            Version = "1",
            Created = DateTimeOffset.UtcNow,
            Dimension = dimension,
            Counts = new BundleCounts(set.Data.Catalog.Count, set.Data.Users.Count, clusters.Count, history, PopularItems),
            Features = TrainingSet.Features,
            Ranker = student.Network.Shape.ReadsEvents ? RankerSignature.WithEvents : new RankerSignature(),
            Training = new TrainingRecord(
                set.Split.Cut is { } cut ? DateTimeOffset.FromUnixTimeSeconds(cut) : null,
                DateTimeOffset.FromUnixTimeSeconds(set.Events.Times[0]),
                DateTimeOffset.FromUnixTimeSeconds(set.Events.Times[^1]),
                set.Events.Count,
                seed
            )
            {
                Target = EventNames.OtherThanPurchase(set.Events.Target),
            },
            Files = [],
        };
    }

    /// <summary>Ages, then types, of the histories as of the newest event.</summary>
    private void WriteEvents(SafetensorsWriter file, int h)
    {
        ShopperHistories histories = set.Histories;
        long now = set.Split.Cut ?? histories.NewestTime;
        var (types, ages) = (new long[h], new float[h]);
        var (halves, bytes) = (new Half[h], new byte[h]);
        for (int user = 0; user < histories.UserCount; user++)
        {
            histories.CopyEvents(user, histories.End(user), now, types, ages);
            System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(ages, halves);
            file.Write<Half>(halves);
        }

        for (int user = 0; user < histories.UserCount; user++)
        {
            histories.CopyEvents(user, histories.End(user), now, types, ages);
            for (int i = 0; i < h; i++)
                bytes[i] = (byte)types[i];
            file.Write<byte>(bytes);
        }
    }

    private void WriteTensors(BundleWriter bundle, RankerShape shape, Half[] items, float[] users, BehaviourClusters clusters)
    {
        (ShopperHistories histories, float[] popularity) = (set.Histories, set.Trends.Popularity);
        (int userCount, int dimension, int h) = (histories.UserCount, shape.Dimension, shape.History);
        using (
            var file = new SafetensorsWriter(
                bundle.PathOf(BundleFile.Items),
                SafetensorsWriter.Declaration.Of<float>("popularity", popularity.Length),
                SafetensorsWriter.Declaration.Of<Half>("embedding", popularity.Length, dimension)
            )
        )
        {
            file.Write<float>(popularity);
            file.Write<Half>(items);
            file.Complete();
        }

        List<SafetensorsWriter.Declaration> declarations =
        [
            SafetensorsWriter.Declaration.Of<int>("cluster", userCount),
            SafetensorsWriter.Declaration.Of<int>("history", userCount, h),
            SafetensorsWriter.Declaration.Of<Half>("embedding", userCount, dimension),
        ];
        if (shape.ReadsEvents)
        {
            declarations.Add(SafetensorsWriter.Declaration.Of<Half>("historyAge", userCount, h));
            declarations.Add(SafetensorsWriter.Declaration.Of<byte>("historyType", userCount, h));
        }

        using (var file = new SafetensorsWriter(bundle.PathOf(BundleFile.Users), [.. declarations]))
        {
            file.Write<int>(clusters.Assignments);
            var newest = new long[h];
            var history = new int[h];
            for (int user = 0; user < userCount; user++)
            {
                histories.CopyNewestFirst(user, histories.End(user), newest);
                for (int i = 0; i < h; i++)
                    history[i] = (int)newest[i];
                file.Write<int>(history);
            }

            var vector = new Half[dimension];
            for (int user = 0; user < userCount; user++)
            {
                for (int i = 0; i < dimension; i++)
                    vector[i] = (Half)users[(user * dimension) + i];
                file.Write<Half>(vector);
            }

            if (shape.ReadsEvents)
                WriteEvents(file, h);
            file.Complete();
        }

        using (
            var file = new SafetensorsWriter(
                bundle.PathOf(BundleFile.Clusters),
                SafetensorsWriter.Declaration.Of<float>("centroid", clusters.Count, dimension),
                SafetensorsWriter.Declaration.Of<float>("map", clusters.Count, 2),
                SafetensorsWriter.Declaration.Of<int>("popular", clusters.Count, clusters.Popular.Length / clusters.Count)
            )
        )
        {
            file.Write<float>(clusters.Centroids);
            file.Write<float>(clusters.Map);
            file.Write<int>(clusters.Popular);
            file.Complete();
        }
    }
}
