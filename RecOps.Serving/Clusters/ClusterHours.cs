namespace RecOps.Serving.Clusters;

/// <summary>
/// Visits of each cluster by hour of the day (UTC), with a half-life of a week. Counting takes no lock: of two simultaneous visits, one may
/// be lost.
/// </summary>
internal sealed class ClusterHours(int clusters)
{
    public const int HoursOfDay = 24;
    private const double HalfLifeHours = 7 * 24;
    private const double HourMilliseconds = 3_600_000;

    /// <summary>Prior visits per hour: a cluster seen only a few times counts as active at any hour.</summary>
    private const double Prior = 5;

    private readonly Count[] _counts = new Count[clusters * HoursOfDay];

    public int Clusters => clusters;

    public void Seen(int cluster, long unixMilliseconds)
    {
        double hours = unixMilliseconds / HourMilliseconds;
        ref Count count = ref _counts[Index(cluster, (long)hours)];
        count = new Count((float)(At(count, hours) + 1), Math.Max(hours, count.Hours));
    }

    /// <summary>Activity in the coming hour relative to an average hour; 1 where nothing is known.</summary>
    public double[] Factors(long unixMilliseconds)
    {
        double hours = unixMilliseconds / HourMilliseconds;
        double into = hours - Math.Floor(hours);
        var factors = new double[clusters];
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            double all = 0;
            for (int hour = 0; hour < HoursOfDay; hour++)
                all += Prior + At(_counts[(cluster * HoursOfDay) + hour], hours);
            double now = ((1 - into) * Of(cluster, (long)hours)) + (into * Of(cluster, (long)hours + 1));
            factors[cluster] = now * HoursOfDay / all;
        }

        return factors;

        double Of(int cluster, long hour) => Prior + At(_counts[Index(cluster, hour)], hours);
    }

    /// <summary>All counts, by cluster and hour, as they are saved.</summary>
    public ReadOnlySpan<Count> All => _counts;

    /// <summary>Restores a saved count, unless there were visits since.</summary>
    public void Restore(int index, Count count)
    {
        if (_counts[index].Hours == 0)
            _counts[index] = count;
    }

    private static double At(in Count count, double hours) =>
        count.Hours == 0 ? 0 : count.Visits * Math.Exp(-Math.Log(2) / HalfLifeHours * Math.Max(0, hours - count.Hours));

    private static int Index(int cluster, long hour) => (cluster * HoursOfDay) + (int)(hour % HoursOfDay);

    /// <param name="Visits">Decayed, as of <paramref name="Hours"/>.</param>
    /// <param name="Hours">Hour of the last visit, since 1970; 0 for none.</param>
    internal readonly record struct Count(float Visits, double Hours);
}
