namespace RecOps.Training.Evaluation;

/// <summary>
/// Turns scores of any scale into probabilities: p = σ(a · score + b), with a and b fitted by maximum likelihood (Platt, "Probabilistic
/// Outputs for Support Vector Machines", 1999).
/// 1. Standardise the scores, so that Newton's method is well conditioned.
/// 2. Use Platt's smoothed targets instead of 1 and 0.
/// 3. Minimise the cross-entropy by Newton's method with backtracking (Lin, Lin, Weng, 2007), at most 100 iterations.
/// 4. Convert a and b back to the scale of the raw scores.
/// </summary>
internal sealed class PlattCalibration
{
    private const int MaxIterations = 100;
    private readonly double _slope;
    private readonly double _offset;

    private PlattCalibration(double slope, double offset)
    {
        _slope = slope;
        _offset = offset;
    }

    public static PlattCalibration Fit(ScoreHistogram scores)
    {
        List<(double Score, long Relevant, long Other)> bins = scores.Read();
        double mean = bins.Sum(bin => bin.Score * (bin.Relevant + bin.Other)) / scores.Count;
        double variance = bins.Sum(bin => (bin.Score - mean) * (bin.Score - mean) * (bin.Relevant + bin.Other)) / scores.Count;
        double scale = variance > 0 ? Math.Sqrt(variance) : 1;
        long others = scores.Count - scores.Relevant;
        double targetRelevant = (scores.Relevant + 1.0) / (scores.Relevant + 2.0);
        double targetOther = 1 / (others + 2.0);

        double slope = 0;
        double offset = Math.Log((scores.Relevant + 1.0) / (others + 1.0));
        double loss = Loss(slope, offset);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double gradientSlope = 0,
                gradientOffset = 0,
                curveSlope = 1e-12,
                curveBoth = 0,
                curveOffset = 1e-12;
            foreach ((double score, long relevant, long other) in bins)
            {
                double x = (score - mean) / scale;
                double p = 1 / (1 + Math.Exp(-((slope * x) + offset)));
                double error = (relevant * (p - targetRelevant)) + (other * (p - targetOther));
                double curve = p * (1 - p) * (relevant + other);
                gradientSlope += error * x;
                gradientOffset += error;
                curveSlope += curve * x * x;
                curveBoth += curve * x;
                curveOffset += curve;
            }

            double determinant = (curveSlope * curveOffset) - (curveBoth * curveBoth);
            double stepSlope = -((curveOffset * gradientSlope) - (curveBoth * gradientOffset)) / determinant;
            double stepOffset = -((curveSlope * gradientOffset) - (curveBoth * gradientSlope)) / determinant;
            double descent = (gradientSlope * stepSlope) + (gradientOffset * stepOffset);
            if (!(descent < -1e-10 * (1 + loss)))
                break;
            double step = 1;
            double next = Loss(slope + stepSlope, offset + stepOffset);
            while (!(next < loss + (1e-4 * step * descent)) && step > 1e-10)
            {
                step /= 2;
                next = Loss(slope + (step * stepSlope), offset + (step * stepOffset));
            }

            if (step <= 1e-10)
                break;
            slope += step * stepSlope;
            offset += step * stepOffset;
            loss = next;
        }

        return new PlattCalibration(slope / scale, offset - (slope * mean / scale));

        double Loss(double a, double b)
        {
            double sum = 0;
            foreach ((double score, long relevant, long other) in bins)
            {
                double f = (a * (score - mean) / scale) + b;
                sum += (relevant * (Softplus(f) - (targetRelevant * f))) + (other * (Softplus(f) - (targetOther * f)));
            }

            return sum;
        }
    }

    /// <summary>Sum of −log p over relevant items and −log(1 − p) over the others.</summary>
    public double LogLoss(ScoreHistogram scores)
    {
        double sum = 0;
        foreach ((double score, long relevant, long other) in scores.Read())
        {
            double f = (_slope * score) + _offset;
            sum += (relevant * Softplus(-f)) + (other * Softplus(f));
        }

        return sum;
    }

    /// <summary>log(1 + eˣ) without overflow.</summary>
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
