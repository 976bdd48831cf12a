using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Training.Bundles;
using RecOps.Training.Clusters;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Progress;
using RecOps.Training.Retrieval;

namespace RecOps.Training;

/// <summary>From a shop's data to a bundle in a staging directory: learn, export, cluster, write.</summary>
internal sealed class Trainer(TrainOptions options, ShopData data, TimeSplit split)
{
    private const int DefaultEpochs = 3;
    private const int PopularLength = 200;
    private const long HorizonSeconds = 14 * 86400;
    private static readonly FeatureSpec s_features = new()
    {
        Context = ["hourSin", "hourCos", "weekdaySin", "weekdayCos"],
        FoldDecay = 0.97f,
        EventWeights = new()
        {
            [ShopEventType.View] = 0.3f, [ShopEventType.Click] = 0.4f, [ShopEventType.Cart] = 0.7f, [ShopEventType.Purchase] = 1f,
        },
    };

    /// <summary>Learns and writes every file of the bundle but the manifest and the report.</summary>
    /// <returns>The manifest for <see cref="BundleWriter.Publish"/>.</returns>
    /// <exception cref="TrainingException">The data cannot teach anything.</exception>
    public async Task<BundleManifest> WriteAsync(BundleWriter bundle, ITrainingProgress progress, CancellationToken cancellation)
    {
        InteractionTable events = data.Interactions.Take(split.TrainRows);
        if (events.Count == 0) throw new TrainingException("No events are left for training. Lower --holdout.");
        int dimension = options.Dimension;
        ShopperHistories histories = ShopperHistories.Build(events, data.Users.Count, s_features.MergeWithinMinutes);
        ItemTrends trends = ItemTrends.Build(events, data.Users.Count, data.Catalog.Count, s_features);

        await BundleTables.WriteCatalogAsync(bundle.PathOf(BundleFile.Catalog), data.Catalog, cancellation).ConfigureAwait(false);
        await BundleTables.WriteUsersAsync(bundle.PathOf(BundleFile.UserTable), data.Users, cancellation).ConfigureAwait(false);
        Half[] items = LearnRanker(bundle, events, histories, trends, progress, cancellation);

        using IProgressTask task = progress.Start("Clustering users", 1);
        float[] users = UserFolding.FoldAll(histories, items, dimension, s_features);
        BehaviourClusters clusters = BehaviourClusters.Fit(
            users, dimension, histories, trends.Popularity, BehaviourClusters.DefaultCount(data.Users.Count),
            Math.Min(PopularLength, data.Catalog.Count), s_features, options.Seed, cancellation);
        WriteTensors(bundle, items, trends.Popularity, users, histories, clusters);
        using (SafetensorsFile file = SafetensorsFile.Open(bundle.PathOf(BundleFile.Items)))
        {
            MappedTensor<Half> vectors = file.Get<Half>("embedding", data.Catalog.Count, dimension);
            BundleIndexing.WriteIfUseful(bundle.PathOf(BundleFile.Index), vectors, options.Seed, progress, cancellation);
            RetrievalGraph.Write(bundle.PathOf(BundleFile.Retrieval), file, data.Catalog.Count, dimension);
        }

        task.Report(1, $"{clusters.Count} clusters");

        return new BundleManifest
        {
            Name = options.Name,
            Version = "1",
            Created = DateTimeOffset.UtcNow,
            Dimension = dimension,
            Counts = new BundleCounts(
                data.Catalog.Count, data.Users.Count, clusters.Count, options.History, Math.Min(PopularLength, data.Catalog.Count)),
            Features = s_features,
            Training = new TrainingRecord(
                split.Cut is { } cut ? DateTimeOffset.FromUnixTimeSeconds(cut) : null,
                DateTimeOffset.FromUnixTimeSeconds(events.Times[0]), DateTimeOffset.FromUnixTimeSeconds(events.Times[^1]),
                events.Count, options.Seed),
            Files = [],
        };
    }

    private Half[] LearnRanker(
        BundleWriter bundle, InteractionTable events, ShopperHistories histories, ItemTrends trends,
        ITrainingProgress progress, CancellationToken cancellation)
    {
        TrainingSamples samples = TrainingSamples.Build(histories, trends, HorizonSeconds);
        if (samples.All.Length == 0)
        {
            throw new TrainingException(
                "No user bought anything after the first days of the data, so there is nothing to learn from. "
                + "Training needs purchase events over at least two weeks.");
        }

        var shape = new RankerShape
        {
            Items = data.Catalog.Count, Dimension = options.Dimension, History = options.History, Features = s_features,
        };
        var eventsByItem = new int[data.Catalog.Count];
        foreach (int item in events.Items) eventsByItem[item]++;
        var trainer = new RankerTrainer(shape, histories, trends, samples, eventsByItem, options.Epochs ?? DefaultEpochs, options.Seed);
        using RankerNetwork network = trainer.Train(progress, cancellation);
        RankerExport.RoundItems(network);
        ScoreCalibration calibration = trainer.Calibrate(network);
        foreach ((string file, RankerPrecision precision) in options.RankerForms)
            RankerExport.Save(network, trends.At(trends.Moments - 1), calibration, precision, bundle.PathOf(file));
        return RankerExport.UnitItems(network);
    }

    private void WriteTensors(
        BundleWriter bundle, Half[] items, float[] popularity, float[] users, ShopperHistories histories, BehaviourClusters clusters)
    {
        (int userCount, int dimension, int h) = (histories.UserCount, options.Dimension, options.History);
        using (var file = new SafetensorsWriter(
            bundle.PathOf(BundleFile.Items),
            SafetensorsWriter.Declaration.Of<float>("popularity", popularity.Length),
            SafetensorsWriter.Declaration.Of<Half>("embedding", popularity.Length, dimension)))
        {
            file.Write<float>(popularity);
            file.Write<Half>(items);
            file.Complete();
        }

        using (var file = new SafetensorsWriter(
            bundle.PathOf(BundleFile.Users),
            SafetensorsWriter.Declaration.Of<int>("cluster", userCount),
            SafetensorsWriter.Declaration.Of<int>("history", userCount, h),
            SafetensorsWriter.Declaration.Of<Half>("embedding", userCount, dimension)))
        {
            file.Write<int>(clusters.Assignments);
            var newest = new long[h];
            var history = new int[h];
            for (int user = 0; user < userCount; user++)
            {
                histories.CopyNewestFirst(user, histories.End(user), newest);
                for (int i = 0; i < h; i++) history[i] = (int)newest[i];
                file.Write<int>(history);
            }

            var vector = new Half[dimension];
            for (int user = 0; user < userCount; user++)
            {
                for (int i = 0; i < dimension; i++) vector[i] = (Half)users[(user * dimension) + i];
                file.Write<Half>(vector);
            }

            file.Complete();
        }

        using (var file = new SafetensorsWriter(
            bundle.PathOf(BundleFile.Clusters),
            SafetensorsWriter.Declaration.Of<float>("centroid", clusters.Count, dimension),
            SafetensorsWriter.Declaration.Of<float>("map", clusters.Count, 2),
            SafetensorsWriter.Declaration.Of<int>("popular", clusters.Count, clusters.Popular.Length / clusters.Count)))
        {
            file.Write<float>(clusters.Centroids);
            file.Write<float>(clusters.Map);
            file.Write<int>(clusters.Popular);
            file.Complete();
        }
    }
}
