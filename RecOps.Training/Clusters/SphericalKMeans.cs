using System.Numerics.Tensors;

namespace RecOps.Training.Clusters;

/// <summary>
/// k-means on the unit sphere: points go to the centroid of the largest cosine (Dhillon and Modha 2001), started by k-means++
/// (Arthur and Vassilvitskii 2007). The same seed gives the same clusters.
/// </summary>
internal static class SphericalKMeans
{
    private const int MaxIterations = 40;
    private const double EnoughMoved = 0.001;

    /// <param name="points">[rows, dimension] unit vectors, row-major.</param>
    /// <param name="clusters">At least 1; fewer rows than that give empty clusters with the first point's centroid.</param>
    /// <returns>[clusters, dimension] unit centroids, and the cluster of each row.</returns>
    public static (float[] Centroids, int[] Assignments) Fit(
        float[] points,
        int rows,
        int dimension,
        int clusters,
        int seed,
        CancellationToken cancellation
    )
    {
        float[] centroids = Start(points, rows, dimension, clusters, new Random(seed));
        var assignments = new int[rows];
        Array.Fill(assignments, -1);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            int moved = 0;
            Parallel.For(
                0,
                rows,
                row =>
                {
                    int nearest = Nearest(points.AsSpan(row * dimension, dimension), centroids, dimension);
                    if (assignments[row] == nearest)
                        return;
                    assignments[row] = nearest;
                    Interlocked.Increment(ref moved);
                }
            );
            if (moved <= EnoughMoved * rows)
                break;
            Recentre(points, assignments, centroids, dimension);
        }

        return (centroids, assignments);
    }

    /// <summary>The centroid of the largest dot product.</summary>
    public static int Nearest(ReadOnlySpan<float> point, ReadOnlySpan<float> centroids, int dimension)
    {
        (int nearest, float best) = (0, float.NegativeInfinity);
        for (int cluster = 0; cluster * dimension < centroids.Length; cluster++)
        {
            float likeness = TensorPrimitives.Dot(point, centroids.Slice(cluster * dimension, dimension));
            if (likeness > best)
                (nearest, best) = (cluster, likeness);
        }

        return nearest;
    }

    private static float[] Start(float[] points, int rows, int dimension, int clusters, Random random)
    {
        var centroids = new float[clusters * dimension];
        var distance = new double[rows];
        Array.Fill(distance, double.MaxValue);
        int chosen = random.Next(rows);
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            ReadOnlySpan<float> centroid = points.AsSpan(chosen * dimension, dimension);
            centroid.CopyTo(centroids.AsSpan(cluster * dimension));
            double total = 0;
            for (int row = 0; row < rows; row++)
            {
                distance[row] = Math.Min(
                    distance[row],
                    Math.Max(0, 1 - TensorPrimitives.Dot(points.AsSpan(row * dimension, dimension), centroid))
                );
                total += distance[row];
            }

            double aim = random.NextDouble() * total;
            for (chosen = 0; chosen < rows - 1 && (aim -= distance[chosen]) > 0; chosen++) { }
        }

        return centroids;
    }

    private static void Recentre(float[] points, int[] assignments, float[] centroids, int dimension)
    {
        var sums = new float[centroids.Length];
        for (int row = 0; row < assignments.Length; row++)
        {
            Span<float> sum = sums.AsSpan(assignments[row] * dimension, dimension);
            TensorPrimitives.Add(sum, points.AsSpan(row * dimension, dimension), sum);
        }

        for (int first = 0; first < sums.Length; first += dimension)
        {
            Span<float> sum = sums.AsSpan(first, dimension);
            float length = TensorPrimitives.Norm<float>(sum);
            // A cluster that lost all its points keeps its place.
            if (length > 0)
                TensorPrimitives.Divide(sum, length, centroids.AsSpan(first, dimension));
        }
    }
}
