using System.Numerics.Tensors;
using RecOps.Training.Clusters;
using Xunit;

namespace RecOps.Tests.Training.Clusters;

public sealed class SphericalKMeansTests
{
    private const int Dimension = 6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fit_PlantedClusters_FindsThem(int seed)
    {
        var random = new Random(seed);
        int[] planted = [.. Enumerable.Range(0, 300).Select(row => row % 3)];
        float[] points = Points(random, planted, spread: 0.1f);
        (_, int[] found) = SphericalKMeans.Fit(points, 300, Dimension, 3, seed, TestContext.Current.CancellationToken);
        Assert.Equal(3, planted.Zip(found).Distinct().Count());
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameClusters()
    {
        float[] points = Points(new Random(4), [.. Enumerable.Range(0, 200).Select(row => row % 4)], spread: 0.8f);
        (float[] one, int[] first) = SphericalKMeans.Fit(points, 200, Dimension, 7, 9, TestContext.Current.CancellationToken);
        (float[] other, int[] second) = SphericalKMeans.Fit(points, 200, Dimension, 7, 9, TestContext.Current.CancellationToken);
        Assert.Equal(one, other);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Fit_AnyPoints_AssignsEachToItsNearestUnitCentroid()
    {
        float[] points = Points(new Random(6), [.. Enumerable.Range(0, 250).Select(row => row % 5)], spread: 0.5f);
        (float[] centroids, int[] found) = SphericalKMeans.Fit(points, 250, Dimension, 5, 1, TestContext.Current.CancellationToken);
        int wrong = Enumerable
            .Range(0, 250)
            .Count(row => SphericalKMeans.Nearest(points.AsSpan(row * Dimension, Dimension), centroids, Dimension) != found[row]);
        Assert.True(wrong <= 2, $"{wrong} of 250 points have a nearer centroid");
        for (int cluster = 0; cluster < 5; cluster++)
            Assert.Equal(1, TensorPrimitives.Norm<float>(centroids.AsSpan(cluster * Dimension, Dimension)), 1e-4f);
    }

    [Fact]
    public void Fit_FewerPointsThanClusters_StillWorks()
    {
        float[] points = Points(new Random(7), [0, 1], spread: 0.1f);
        (float[] centroids, int[] found) = SphericalKMeans.Fit(points, 2, Dimension, 5, 1, TestContext.Current.CancellationToken);
        Assert.Equal(5 * Dimension, centroids.Length);
        Assert.NotEqual(found[0], found[1]);
    }

    [Fact]
    public void Project_PointsAlongALine_PutsTheirOrderOnTheFirstAxis()
    {
        float[] points = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { i * 2f, i * -1f, i * 0.5f, 0.01f * (i % 2), 0, 0 })];
        float[] plane = PlaneProjection.Project(points, 20, Dimension);
        float[] first = [.. Enumerable.Range(0, 20).Select(i => plane[i * 2])];
        Assert.True(first.SequenceEqual(first.Order()) || first.SequenceEqual(first.OrderDescending()));
        Assert.True(Enumerable.Range(0, 20).All(i => Math.Abs(plane[(i * 2) + 1]) < 0.1f));
    }

    private static float[] Points(Random random, int[] planted, float spread)
    {
        var points = new float[planted.Length * Dimension];
        for (int row = 0; row < planted.Length; row++)
        {
            Span<float> point = points.AsSpan(row * Dimension, Dimension);
            for (int i = 0; i < Dimension; i++)
                point[i] = (i == planted[row] ? 1 : 0) + (spread * (random.NextSingle() - 0.5f));
            TensorPrimitives.Divide(point, TensorPrimitives.Norm<float>(point), point);
        }

        return points;
    }
}
