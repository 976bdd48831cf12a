namespace RecOps.Training.Models;

/// <summary>
/// Turns raw scores into probabilities: σ(slope · score + offset), fitted by logistic regression (Platt 1999). The slope is above 0, so
/// the order of items does not change.
/// </summary>
internal readonly record struct ScoreCalibration(float Slope, float Offset)
{
    private const int MaxIterations = 50;
    private const double Ridge = 1e-6;

    /// <summary>Fits by Newton's method.</summary>
    /// <param name="scores">Raw scores.</param>
    /// <param name="labels">1 for positives, 0 for negatives.</param>
    /// <param name="weights">How many cases each score stands for, above 0.</param>
    public static ScoreCalibration Fit(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        (double slope, double offset) = (1, 0);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            (double g0, double g1, double h00, double h01, double h11) = (0, 0, Ridge, 0, Ridge);
            for (int i = 0; i < scores.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-((slope * scores[i]) + offset)));
                double error = weights[i] * (p - labels[i]);
                double curvature = weights[i] * Math.Max(p * (1 - p), 1e-12);
                g0 += error * scores[i];
                g1 += error;
                h00 += curvature * scores[i] * scores[i];
                h01 += curvature * scores[i];
                h11 += curvature;
            }

            double determinant = (h00 * h11) - (h01 * h01);
            if (Math.Abs(determinant) < 1e-18)
                break;
            double stepSlope = ((h11 * g0) - (h01 * g1)) / determinant;
            double stepOffset = ((h00 * g1) - (h01 * g0)) / determinant;
            // Bounds the step: Newton's method overshoots where the loss is flat.
            double scale = Math.Min(1, 2 / Math.Max(1e-9, Math.Max(Math.Abs(stepSlope), Math.Abs(stepOffset))));
            slope -= scale * stepSlope;
            offset -= scale * stepOffset;
            if (Math.Abs(stepSlope) + Math.Abs(stepOffset) < 1e-7)
                break;
        }

        return double.IsFinite(slope) && double.IsFinite(offset) && slope > 1e-3
            ? new ScoreCalibration((float)slope, (float)offset)
            : new ScoreCalibration(1, 0);
    }
}
