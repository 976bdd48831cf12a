namespace RecOps.Training.Evaluation;

/// <summary>
/// Mean binary log loss over all pairs of a test user and an item (bought or not), after two-fold calibration.
/// 1. Put test users at even places into one fold and those at odd places into the other.
/// 2. Fit <see cref="PlattCalibration"/> on each fold and take its log loss on the other.
/// 3. Divide the sum by the number of pairs.
/// Models and baselines are calibrated alike, so scores that were never meant as probabilities are not penalised for their scale.
/// </summary>
internal sealed class CalibratedLogLoss(bool scoresAreProbabilities)
{
    private readonly ScoreHistogram[] _folds = [new(), new()];

    /// <summary>Adds consecutive test users.</summary>
    /// <param name="first">Index of the first one among all test users.</param>
    /// <param name="scores">[count, items].</param>
    public void Add(TestSet test, int first, int count, ReadOnlyMemory<float> scores) =>
        Parallel.For(
            0,
            2,
            fold =>
            {
                for (int i = (first + fold) % 2; i < count; i += 2)
                    _folds[fold]
                        .Add(scores.Span.Slice(i * test.ItemCount, test.ItemCount), test.Purchased(first + i), scoresAreProbabilities);
            }
        );

    /// <returns>Null when a fold is empty.</returns>
    public double? Compute()
    {
        if (_folds[0].Count == 0 || _folds[1].Count == 0)
            return null;
        double sum = PlattCalibration.Fit(_folds[0]).LogLoss(_folds[1]) + PlattCalibration.Fit(_folds[1]).LogLoss(_folds[0]);
        return sum / (_folds[0].Count + _folds[1].Count);
    }
}
