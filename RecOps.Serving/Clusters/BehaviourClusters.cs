using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Clusters;

/// <summary>Clusters of users with similar behaviour: the cluster of a vector, and what is popular in each.</summary>
internal sealed class BehaviourClusters(Bundle bundle, TimeProvider time)
{
    private readonly float[] _norms = Norms(bundle.Centroids);

    /// <summary>Popular items of each cluster.</summary>
    public LivePopular Popular { get; } = new(bundle.ClusterPopular, time);

    /// <summary>Item ordinals, best first, -1 pads.</summary>
    public ReadOnlySpan<int> PopularIn(int cluster) => Popular[cluster].Items;

    /// <summary>The cluster whose centroid has the largest cosine with a vector; -1 for a zero vector.</summary>
    public int Nearest(ReadOnlySpan<float> user)
    {
        if (!user.ContainsAnyExcept(0f))
            return -1;
        int best = -1;
        float bestScore = float.NegativeInfinity;
        for (int cluster = 0; cluster < _norms.Length; cluster++)
        {
            // The user's own norm is the same for all of them.
            float score = _norms[cluster] > 0 ? TensorPrimitives.Dot(user, bundle.Centroids[cluster]) / _norms[cluster] : 0;
            if (!(score > bestScore))
                continue;
            bestScore = score;
            best = cluster;
        }

        return best;
    }

    private static float[] Norms(MappedTensor<float> centroids)
    {
        var norms = new float[centroids.Rows];
        for (int cluster = 0; cluster < norms.Length; cluster++)
            norms[cluster] = TensorPrimitives.Norm(centroids[cluster]);
        return norms;
    }
}
