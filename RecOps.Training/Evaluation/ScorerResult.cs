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

    /// <summary>Whether a user was measured: a large model may be measured on some of them only.</summary>
    public bool Has(int user) => !double.IsNaN(Ndcg10[user]);

    /// <summary>A result to be filled in, user by user.</summary>
    public static ScorerResult Empty(string name, int users) =>
        new()
        {
            Name = name,
            Ndcg10 = NotMeasured(users),
            Ndcg10FirstTime = NotMeasured(users),
            Recall20 = NotMeasured(users),
            Recall20FirstTime = NotMeasured(users),
            Auc = NotMeasured(users),
            LogLoss = null,
            Top20 = [.. Enumerable.Repeat<int[]>([], users)],
        };

    /// <summary>The result of a sample of the users as one of all users, most of whom are not measured.</summary>
    /// <param name="places">Index of each user of the sample among all of them.</param>
    public ScorerResult SpreadOver(int[] places, int users)
    {
        ScorerResult all = Empty(Name, users) with { LogLoss = LogLoss };
        for (int i = 0; i < places.Length; i++)
        {
            int user = places[i];
            all.Ndcg10[user] = Ndcg10[i];
            all.Ndcg10FirstTime[user] = Ndcg10FirstTime[i];
            all.Recall20[user] = Recall20[i];
            all.Recall20FirstTime[user] = Recall20FirstTime[i];
            all.Auc[user] = Auc[i];
            all.Top20[user] = Top20[i];
        }

        return all;
    }

    private static double[] NotMeasured(int users)
    {
        var values = new double[users];
        Array.Fill(values, double.NaN);
        return values;
    }

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
