namespace RecOps.Shared.Bundles.Report;

/// <param name="TrainEvents">Events up to and at the cut.</param>
/// <param name="TestUsers">Users that the figures are averaged over.</param>
public sealed record SplitFigures(DateTimeOffset Cut, long TrainEvents, int TestUsers);

/// <summary>What was trained; the student is what a bundle serves.</summary>
public sealed record ModelSet
{
    public ModelFigures? Student { get; init; }

    /// <summary>The same student trained without teachers.</summary>
    public ModelFigures? Control { get; init; }

    public ModelFigures? Ensemble { get; init; }

    public Dictionary<string, ModelFigures>? Teachers { get; init; }
}

/// <param name="Ndcg10">Over all test purchases.</param>
/// <param name="Ndcg10FirstTime">Over first-time purchases, with items known to the user masked.</param>
/// <param name="Recall20">Over all test purchases.</param>
/// <param name="Auc">Over all test purchases.</param>
/// <param name="LogLoss">Mean binary log loss over all pairs of a test user and an item, after calibration in two folds.</param>
/// <param name="Bytes">Size of the ONNX file; absent for baselines.</param>
/// <param name="BatchMs">Median time of 32 users with 200 candidates each, one thread, on the CPU; absent for baselines.</param>
public sealed record ModelFigures(
    double Ndcg10,
    double? Ndcg10FirstTime,
    double Recall20,
    double? Auc,
    double? LogLoss,
    double? Bytes,
    double? BatchMs
);

/// <summary>How good lists are that were made from candidates, as a server makes them.</summary>
/// <param name="Ndcg10">Over all test purchases.</param>
/// <param name="Ndcg10FirstTime">Over first-time purchases, with what a user knew excluded by the request.</param>
/// <param name="Recall20">Over all test purchases.</param>
/// <param name="Recall20FirstTime">Over first-time purchases, with what a user knew excluded by the request.</param>
public sealed record ServedFigures(double Ndcg10, double? Ndcg10FirstTime, double Recall20, double? Recall20FirstTime);

/// <summary>The student of one of several bundles.</summary>
/// <param name="Bundle">Its name.</param>
/// <param name="Seed">Null when the bundle does not say.</param>
public sealed record SeedFigures(
    string Bundle,
    string Version,
    int? Seed,
    ModelFigures Student,
    double RetrievalRecall200,
    double CandidateRecall,
    Dictionary<string, DifferenceInterval> Intervals,
    ShippingVerdict Verdict
);

/// <summary>Whether a model may be shipped: only if it beats every simple baseline.</summary>
/// <param name="Sentence">For people.</param>
public sealed record ShippingVerdict(bool Fit, string Sentence);

/// <param name="Low">95 % of resamples lie between this</param>
/// <param name="High">and this.</param>
public sealed record Interval(double Low, double High);

/// <param name="Difference">The difference of means.</param>
/// <param name="Low">95 % of resamples lie between this</param>
/// <param name="High">and this.</param>
public sealed record DifferenceInterval(double Difference, double Low, double High);
