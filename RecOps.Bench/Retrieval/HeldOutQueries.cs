using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>Shoppers that the index was not calibrated on, and their exact nearest items.</summary>
internal sealed record HeldOutQueries(float[][] Vectors, int[][] Nearest)
{
    public const int Places = 200;

    /// <summary>Shoppers of all kinds.</summary>
    /// <param name="calibrated">Number of users that the index was calibrated on.</param>
    public static HeldOutQueries Draw(Bundle bundle, int count, int calibrated)
    {
        // The users that RecallSample picks.
        int users = bundle.UserEmbeddings.Rows;
        HashSet<int> taken = [.. Enumerable.Range(0, calibrated).Select(i => (int)((long)users * i / calibrated))];
        var random = new Random(1);
        var vectors = new List<float[]>(count);
        while (vectors.Count < count)
        {
            int user = random.Next(users);
            if (taken.Add(user))
                AddVector(bundle, user, vectors);
        }

        return Of(bundle, vectors);
    }

    /// <summary>Shoppers who behave alike, as in a warm-up run: the first ones of the largest cluster.</summary>
    public static HeldOutQueries DrawAlike(Bundle bundle, int count)
    {
        var sizes = new int[bundle.Manifest.Counts.Clusters];
        int users = bundle.UserClusters.Rows;
        for (int user = 0; user < users; user++)
        {
            if (bundle.UserClusters[user][0] is >= 0 and var cluster)
                sizes[cluster]++;
        }

        int largest = Array.IndexOf(sizes, sizes.Max());
        var vectors = new List<float[]>(count);
        for (int user = 0; user < users && vectors.Count < count; user++)
        {
            if (bundle.UserClusters[user][0] == largest)
                AddVector(bundle, user, vectors);
        }

        return Of(bundle, vectors);
    }

    /// <summary>Share of the nearest items that were found, as a mean over the queries.</summary>
    public double Recall(Func<int, ReadOnlyMemory<int>> found)
    {
        long hits = 0;
        for (int query = 0; query < Vectors.Length; query++)
        {
            HashSet<int> nearest = [.. Nearest[query]];
            hits += MemoryMarshal.ToEnumerable(found(query)).Count(nearest.Contains);
        }

        return hits / (double)(Vectors.Length * Places);
    }

    /// <summary>Saves them for programs in other languages.</summary>
    public void Save(string directory)
    {
        using FileStream vectors = File.Create(Path.Combine(directory, "queries.f32"));
        foreach (float[] vector in Vectors)
            vectors.Write(MemoryMarshal.AsBytes<float>(vector));
        using FileStream nearest = File.Create(Path.Combine(directory, "truth.i32"));
        foreach (int[] items in Nearest)
            nearest.Write(MemoryMarshal.AsBytes<int>(items));
    }

    private static void AddVector(Bundle bundle, int user, List<float[]> vectors)
    {
        var vector = new float[bundle.Manifest.Dimension];
        TensorPrimitives.ConvertToSingle(bundle.UserEmbeddings[user], vector);
        if (TensorPrimitives.Norm<float>(vector) > 0)
            vectors.Add(vector);
    }

    private static HeldOutQueries Of(Bundle bundle, List<float[]> vectors)
    {
        float[][] drawn = [.. vectors];
        return new HeldOutQueries(drawn, ExactBatch.TopK(bundle.ItemEmbeddings, drawn, cosine: false, Places));
    }
}
