namespace RecOps.Training.Synth;

/// <summary>When people shop, and what sells when.</summary>
internal static class SynthCalendar
{
    /// <summary>Fixed, so that a shop generated today is the same as one generated next year.</summary>
    public static readonly DateTime LastDay = new(2026, 6, 30, 0, 0, 0, DateTimeKind.Utc);

    // Demand by month, January first.
    private static readonly double[][] Months =
    [
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        [0.4, 0.8, 1.8, 2.4, 2.2, 1.4, 0.9, 0.7, 0.7, 0.5, 0.2, 0.2],
        [0.2, 0.2, 0.4, 0.9, 1.7, 2.4, 2.6, 2.0, 0.9, 0.3, 0.2, 0.3],
        [0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 1.6, 5.0, 0.4, 0.3],
        [0.15, 0.05, 0.05, 0.05, 0.05, 0.05, 0.1, 0.2, 0.7, 1.9, 4.2, 4.5],
        [2.0, 1.7, 1.0, 0.6, 0.3, 0.2, 0.2, 0.3, 0.9, 1.4, 1.9, 1.8],
        [1.2, 0.7, 0.7, 0.7, 0.7, 0.8, 1.2, 2.6, 2.2, 0.8, 0.8, 0.9],
    ];

    // Visits by month: people shop more before Christmas.
    private static readonly double[] Visits = [0.9, 0.85, 0.92, 0.95, 0.98, 0.95, 0.9, 0.9, 1, 1.08, 1.35, 1.4];
    private static readonly double[] Weekdays = [1.25, 1.1, 0.98, 0.95, 0.93, 0.85, 1.0];

    private static readonly double[] HourSums = Sums([
        4,
        2,
        1,
        1,
        1,
        2,
        4,
        9,
        14,
        17,
        19,
        20,
        23,
        22,
        20,
        19,
        20,
        22,
        26,
        32,
        36,
        34,
        24,
        11,
    ]);

    /// <summary>Demand for a season's goods on a day, 1 on average over the year.</summary>
    public static double Demand(Season season, DateTime day) => Months[(int)season][day.Month - 1];

    /// <summary>The highest value of <see cref="Demand"/> over the year.</summary>
    public static double PeakDemand(Season season) => Months[(int)season].Max();

    /// <summary>How busy a day is, 1 on average.</summary>
    public static double Busyness(DateTime day)
    {
        double factor = Visits[day.Month - 1] * Weekdays[(int)day.DayOfWeek];
        bool blackFriday = day is { Month: 11, Day: >= 23 and <= 29, DayOfWeek: DayOfWeek.Friday };
        return blackFriday ? factor * 1.8 : factor;
    }

    /// <summary>A random second of the day; evenings are busiest.</summary>
    public static int TimeOfDay(ref SynthRandom random) => (random.NextIndex(HourSums) * 3600) + random.Next(3600);

    public static double[] Sums(ReadOnlySpan<double> weights)
    {
        var sums = new double[weights.Length];
        double sum = 0;
        for (int i = 0; i < sums.Length; i++)
            sums[i] = sum += weights[i];
        return sums;
    }
}
