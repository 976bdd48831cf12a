namespace RecOps.Training.Evaluation;

/// <summary>One scorer's results by user, in the order of <see cref="TestSet.Users"/>.</summary>
internal sealed record ScorerResult
{
    public required string Name { get; init; }

    /// <summary>Over all test purchases, nothing masked.</summary>
    public required double[] Ndcg10 { get; init; }

    /// <summary>Over first-time purchases, with the user's history masked; NaN for users without any.</summary>
    public required double[] Ndcg10FirstTime { get; init; }

    /// <summary>Over all test purchases, nothing masked.</summary>
    public required double[] Recall20 { get; init; }

    /// <summary>Over first-time purchases, with the user's history masked; NaN for users without any.</summary>
    public required double[] Recall20FirstTime { get; init; }

    /// <summary>Over all test purchases; NaN for a user who bought the whole catalogue.</summary>
    public required double[] Auc { get; init; }

    /// <summary>See <see cref="CalibratedLogLoss"/>; null with fewer than two test users.</summary>
    public required double? LogLoss { get; init; }

    /// <summary>The first items of each user's ranking, best first; 20 unless the catalogue is smaller.</summary>
    public required int[][] Top20 { get; init; }

    /// <summary>Mean of all values except NaN; null when there are none.</summary>
    public static double? Mean(double[] values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value))
                continue;
            sum += value;
            count++;
        }

        return count == 0 ? null : sum / count;
    }
}
