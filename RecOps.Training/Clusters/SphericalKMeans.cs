using System.Numerics.Tensors;

namespace RecOps.Training.Clusters;

/// <summary>
/// k-means on the unit sphere (Dhillon and Modha 2001), seeded by k-means++ (Arthur and Vassilvitskii 2007).
/// 1. Draw the first centroid uniformly from the points.
/// 2. Draw each further centroid with a probability proportional to 1 − cosine to the nearest centroid chosen so far.
/// 3. Assign every point to the centroid with the largest cosine.
/// 4. Stop when at most 0.1 % of the points moved, or after 40 iterations.
/// 5. Set each centroid to the normalised sum of its points; an empty cluster keeps its centroid. Repeat from step 3.
/// The same seed gives the same clusters.
/// </summary>
internal static class SphericalKMeans
{
    private const int MaxIterations = 40;
    private const double EnoughMoved = 0.001;

    /// <param name="points">[rows, dimension] unit vectors, row-major.</param>
    /// <param name="clusters">At least 1. With fewer rows, surplus clusters stay empty and have the first point as centroid.</param>
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

    /// <summary>The centroid with the largest dot product.</summary>
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
            // A cluster that lost all its points keeps its centroid.
            if (length > 0)
                TensorPrimitives.Divide(sum, length, centroids.AsSpan(first, dimension));
        }
    }
}
