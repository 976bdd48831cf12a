using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using RecOps.Server.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>Shoppers on whom the index was not calibrated, and their exact nearest items.</summary>
internal sealed record HeldOutQueries(float[][] Vectors, int[][] Nearest)
{
    public const int Places = 200;

    public static HeldOutQueries Draw(Bundle bundle, int count, int calibrated)
    {
        // The users that RecallSample takes; see there.
        int users = bundle.UserEmbeddings.Rows;
        HashSet<int> taken = [.. Enumerable.Range(0, calibrated).Select(i => (int)((long)users * i / calibrated))];
        var random = new Random(1);
        var vectors = new List<float[]>(count);
        while (vectors.Count < count)
        {
            int user = random.Next(users);
            if (!taken.Add(user)) continue;
            var vector = new float[bundle.Manifest.Dimension];
            TensorPrimitives.ConvertToSingle(bundle.UserEmbeddings[user], vector);
            if (TensorPrimitives.Norm<float>(vector) > 0) vectors.Add(vector);
        }

        float[][] drawn = [.. vectors];
        return new HeldOutQueries(drawn, ExactBatch.TopK(bundle.ItemEmbeddings, drawn, cosine: false, Places));
    }

    /// <summary>Share of the nearest items that were found, mean over queries.</summary>
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

    /// <summary>For programs in other languages.</summary>
    public void Save(string directory)
    {
        using FileStream vectors = File.Create(Path.Combine(directory, "queries.f32"));
        foreach (float[] vector in Vectors) vectors.Write(MemoryMarshal.AsBytes<float>(vector));
        using FileStream nearest = File.Create(Path.Combine(directory, "truth.i32"));
        foreach (int[] items in Nearest) nearest.Write(MemoryMarshal.AsBytes<int>(items));
    }
}
