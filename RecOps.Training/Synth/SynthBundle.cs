using RecOps.Shared.Bundles;
using RecOps.Training.Bundles;
using RecOps.Training.Clusters;
using RecOps.Training.Models;
using RecOps.Training.Progress;
using RecOps.Training.Retrieval;

namespace RecOps.Training.Synth;

/// <summary>
/// Writes a synthetic bundle of any size without training. Everything large is streamed; memory use is about 40 bytes per item.
/// </summary>
internal sealed class SynthBundle(SynthBundleOptions options)
{
    private const int Chunk = 4096;
    private const float FoldDecay = 0.9f;
    private const float PurchaseWeight = 0.1f;
    private static readonly DateTimeOffset Created = new(SynthCalendar.LastDay);
    private static readonly FeatureSpec Features = new()
    {
        Context = ["hourSin", "hourCos", "weekdaySin", "weekdayCos", "yearSin", "yearCos", "placement:product", "placement:cart"],
        FoldDecay = FoldDecay,
        EventWeights = new(StringComparer.Ordinal)
        {
            ["view"] = 0.02f,
            ["click"] = 0.03f,
            ["cart"] = 0.06f,
            ["purchase"] = PurchaseWeight,
        },
    };

    private static readonly string[] Attributes = ["subcategory", "colour", "material", "season"];

    /// <param name="directory">Where the bundle will be when it is complete.</param>
    public async Task WriteAsync(string directory, ITrainingProgress progress, CancellationToken cancellation)
    {
        using var writer = new BundleWriter(directory);
        using IProgressTask all = progress.Start("Bundle", 6);
        SynthVectorSpace space = SynthVectorSpace.Create(options);
        cancellation.ThrowIfCancellationRequested();
        using (IProgressTask task = all.Start("Item vectors", options.Items))
            WriteItems(writer, space, task, cancellation);
        all.Report(1);
        using (SafetensorsFile file = SafetensorsFile.Open(writer.PathOf(BundleFile.Items)))
        {
            MappedTensor<Half> items = file.Get<Half>("embedding", options.Items, options.Dimension);
            var users = new SynthBundleUsers(options, space);
            double[] sums;
            using (IProgressTask task = all.Start("User vectors", 2.0 * options.Users))
                sums = WriteUsers(writer, users, items, task, cancellation);
            all.Report(2);
            WriteClusters(writer, space, sums);
            all.Report(3, "ranker");
            foreach ((string form, RankerPrecision precision) in options.RankerForms)
                SynthRanker.Save(writer.PathOf(form), items, space.Popularity, options.History, Features, precision, options.Seed);
            BundleIndexing.WriteIfUseful(writer.PathOf(BundleFile.Index), items, options.Seed, all, cancellation);
            RetrievalGraph.Write(writer.PathOf(BundleFile.Retrieval), file, options.Items, options.Dimension);
            all.Report(4);
        }

        cancellation.ThrowIfCancellationRequested();
        using (IProgressTask task = all.Start("Tables", options.Items + options.Users))
            WriteTables(writer, space, task, cancellation);
        all.Report(5, "hashes");
        cancellation.ThrowIfCancellationRequested();
        writer.Publish(Manifest());
        all.Report(6);
    }

    private void WriteItems(BundleWriter writer, SynthVectorSpace space, IProgressTask task, CancellationToken cancellation)
    {
        using var file = new SafetensorsWriter(
            writer.PathOf(BundleFile.Items),
            SafetensorsWriter.Declaration.Of<float>("popularity", options.Items),
            SafetensorsWriter.Declaration.Of<Half>("embedding", options.Items, options.Dimension)
        );
        file.Write<float>(space.Popularity);
        var chunk = new Half[Chunk * options.Dimension];
        for (int start = 0; start < options.Items; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Chunk, options.Items - start);
            int first = start;
            Parallel.For(0, count, i => space.FillVector(first + i, chunk.AsSpan(i * options.Dimension, options.Dimension)));
            file.Write<Half>(chunk.AsSpan(0, count * options.Dimension));
            task.Report(start + count);
        }

        file.Complete();
    }

    /// <returns>[clusters, d + 1]: the sum of each cluster's user vectors, then the number of its users.</returns>
    private double[] WriteUsers(
        BundleWriter writer,
        SynthBundleUsers users,
        MappedTensor<Half> items,
        IProgressTask task,
        CancellationToken cancellation
    )
    {
        int dimension = options.Dimension;
        using var file = new SafetensorsWriter(
            writer.PathOf(BundleFile.Users),
            SafetensorsWriter.Declaration.Of<int>("cluster", options.Users),
            SafetensorsWriter.Declaration.Of<int>("history", options.Users, options.History),
            SafetensorsWriter.Declaration.Of<Half>("embedding", options.Users, dimension)
        );
        var clusters = new int[options.Users];
        for (int user = 0; user < clusters.Length; user++)
            clusters[user] = users.ClusterOf(user);
        file.Write<int>(clusters);

        var histories = new int[Chunk * options.History];
        for (int start = 0; start < options.Users; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start;
            int count = Math.Min(Chunk, options.Users - start);
            Parallel.For(0, count, i => users.FillHistory(first + i, histories.AsSpan(i * options.History, options.History)));
            file.Write<int>(histories.AsSpan(0, count * options.History));
            task.Report(start + count, "histories");
        }

        var sums = new double[options.Clusters * (dimension + 1)];
        var vectors = new Half[Chunk * dimension];
        for (int start = 0; start < options.Users; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start;
            int count = Math.Min(Chunk, options.Users - start);
            Parallel.For(0, count, i => Fold(users, first + i, items, vectors.AsSpan(i * dimension, dimension)));
            file.Write<Half>(vectors.AsSpan(0, count * dimension));
            for (int i = 0; i < count; i++)
            {
                Span<double> sum = sums.AsSpan(clusters[first + i] * (dimension + 1), dimension + 1);
                for (int k = 0; k < dimension; k++)
                    sum[k] += (double)vectors[(i * dimension) + k];
                sum[dimension]++;
            }

            task.Report(options.Users + start + count, "vectors");
        }

        file.Complete();
        return sums;
    }

    /// <summary>The same sum that serving computes from fresh events.</summary>
    private void Fold(SynthBundleUsers users, int user, MappedTensor<Half> items, Span<Half> vector)
    {
        Span<int> history = stackalloc int[options.History];
        Span<float> folded = stackalloc float[vector.Length];
        folded.Clear();
        for (int i = users.FillHistory(user, history) - 1; i >= 0; i--)
            UserVector.Fold(folded, items[history[i]], FoldDecay, PurchaseWeight);
        for (int k = 0; k < vector.Length; k++)
            vector[k] = (Half)folded[k];
    }

    private void WriteClusters(BundleWriter writer, SynthVectorSpace space, double[] sums)
    {
        int dimension = options.Dimension;
        using var file = new SafetensorsWriter(
            writer.PathOf(BundleFile.Clusters),
            SafetensorsWriter.Declaration.Of<float>("centroid", options.Clusters, dimension),
            SafetensorsWriter.Declaration.Of<float>("map", options.Clusters, 2),
            SafetensorsWriter.Declaration.Of<int>("popular", options.Clusters, options.Popular)
        );
        var centroids = new float[options.Clusters * dimension];
        for (int cluster = 0; cluster < options.Clusters; cluster++)
        {
            ReadOnlySpan<double> sum = sums.AsSpan(cluster * (dimension + 1), dimension + 1);
            for (int k = 0; k < dimension; k++)
                centroids[(cluster * dimension) + k] = (float)(sum[k] / Math.Max(1, sum[dimension]));
        }

        file.Write<float>(centroids);
        file.Write<float>(PlaneProjection.Project(centroids, options.Clusters, dimension));
        int[] popularOfAll = space.MostPopular(options.Popular * 2);
        var popular = new int[options.Popular];
        for (int cluster = 0; cluster < options.Clusters; cluster++)
        {
            space.FillPopular(cluster, popularOfAll, popular);
            file.Write<int>(popular);
        }

        file.Complete();
    }

    private void WriteTables(BundleWriter writer, SynthVectorSpace space, IProgressTask task, CancellationToken cancellation)
    {
        using (var table = new CatalogTableWriter(writer.PathOf(BundleFile.Catalog), Attributes, cancellation))
        {
            for (int item = 0; item < options.Items; item++)
            {
                if (item % Chunk == 0)
                    task.Report(item);
                var random = new SynthRandom(options.Seed, SynthStream.Brands, item);
                (Department department, Family family) = SynthCatalog.Families[space.GroupOf(item) % SynthCatalog.Families.Length];
                ProductName name = ProductName.Draw(family, ref random);
                table.Add(
                    $"{department.Code}-{item:D7}",
                    name.Title,
                    department.Name,
                    random.Pick(ShopVocabulary.Brands),
                    (double)SynthCatalog.DrawPrice(family.Price, ref random),
                    !random.Chance(0.05),
                    family.Name,
                    name.IsColour ? name.Variant : "",
                    name.Material,
                    family.Season == Season.AllYear ? "" : family.Season.ToString()
                );
            }

            table.Complete();
        }

        using var people = new UserTableWriter(writer.PathOf(BundleFile.UserTable), cancellation);
        for (int user = 0; user < options.Users; user++)
        {
            if (user % Chunk == 0)
                task.Report(options.Items + user);
            var random = new SynthRandom(options.Seed, SynthStream.Users, user);
            people.Add(SynthPeople.IdOf(user), SynthPeople.DrawCountry(ref random), SynthPeople.DrawSegment(ref random));
        }

        people.Complete();
        task.Report(options.Items + options.Users);
    }

    private BundleManifest Manifest() =>
        new()
        {
            Name = options.Name,
            Version = $"synth-{options.Seed}",
            Created = Created,
            Dimension = options.Dimension,
            Counts = new BundleCounts(options.Items, options.Users, options.Clusters, options.History, options.Popular),
            Features = Features,
            Files = [],
        };
}
