using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>Where a cluster is drawn on the map and how large, in map units.</summary>
internal sealed record ClusterSpot(ClusterSummary Cluster, double X, double Y, double Radius)
{
    public const double Width = 100;
    public const double Height = 62;
    private const double Margin = 6;
    private const double Largest = 4.5;
    private const double Smallest = 1.1;

    /// <summary>
    /// Places all clusters so that they fill the map. Area stands for users; the largest come first so that small ones stay on top.
    /// </summary>
    public static IReadOnlyList<ClusterSpot> From(IReadOnlyCollection<ClusterSummary> clusters)
    {
        if (clusters.Count == 0)
            return [];

        (double left, double right) = (clusters.Min(each => each.X), clusters.Max(each => each.X));
        (double bottom, double top) = (clusters.Min(each => each.Y), clusters.Max(each => each.Y));
        double most = Math.Max(1, clusters.Max(each => each.Users));
        return
        [
            .. clusters
                .OrderByDescending(each => each.Users)
                .Select(each => new ClusterSpot(
                    each,
                    Place(each.X, left, right, Width),
                    Height - Place(each.Y, bottom, top, Height),
                    Math.Max(Smallest, Largest * Math.Sqrt(each.Users / most))
                )),
        ];
    }

    private static double Place(double value, double low, double high, double length) =>
        high > low ? Margin + ((value - low) / (high - low) * (length - (2 * Margin))) : length / 2;
}
