using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Queries with their exact results.</summary>
/// <param name="Queries">Each [d].</param>
/// <param name="Nearest">Ordinals of each query.</param>
internal sealed record RecallSample(float[][] Queries, int[][] Nearest)
{
    /// <summary>Shoppers from across the table; items where no shopper has a vector.</summary>
    public static RecallSample OfUsers(Bundle bundle, int size, int limit)
    {
        float[][] queries = Spread(bundle.UserEmbeddings, size, unit: false);
        if (queries.Length == 0)
            queries = Spread(bundle.ItemEmbeddings, size, unit: false);
        return Of(bundle, queries, cosine: false, limit);
    }

    /// <summary>Items from across the table, for searches by cosine. Each is among its own nearest.</summary>
    public static RecallSample OfItems(Bundle bundle, int size, int limit) =>
        Of(bundle, Spread(bundle.ItemEmbeddings, size, unit: true), cosine: true, limit);

    /// <returns>Share of the query's exact nearest items that was found.</returns>
    public double RecallOf(int query, ReadOnlySpan<int> found)
    {
        int hits = 0;
        HashSet<int> nearest = [.. Nearest[query]];
        foreach (int item in found)
        {
            if (nearest.Contains(item))
                hits++;
        }

        return nearest.Count == 0 ? 1 : hits / (double)nearest.Count;
    }

    private static RecallSample Of(Bundle bundle, float[][] queries, bool cosine, int limit)
    {
        int places = Math.Min(limit, bundle.Manifest.Counts.Items);
        return new RecallSample(queries, ExactBatch.TopK(bundle.ItemEmbeddings, queries, cosine, places));
    }

    private static float[][] Spread(MappedTensor<Half> rows, int size, bool unit)
    {
        var found = new List<float[]>(size);
        int count = Math.Min(size, rows.Rows);
        for (int i = 0; i < count; i++)
        {
            var vector = new float[rows.Columns];
            TensorPrimitives.ConvertToSingle(rows[(int)((long)rows.Rows * i / count)], vector);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (!(norm > 0) || !float.IsFinite(norm))
                continue;
            if (unit)
                TensorPrimitives.Divide(vector, norm, vector);
            found.Add(vector);
        }

        return [.. found];
    }
}
