namespace RecOps.Serving.Batching;

/// <summary>
/// Fits a line to a stream of points by recursive least squares with exponential forgetting (Haykin, Adaptive Filter Theory, chapter on
/// RLS). Where the points bring no new information in one direction, forgetting stops before the covariance grows without bound.
/// </summary>
internal sealed class RecursiveLeastSquares(double forgetting)
{
    private const double LargestTrace = 1e4;
    private double _p00 = LargestTrace / 2;
    private double _p01;
    private double _p11 = LargestTrace / 2;

    public double Intercept { get; private set; }

    public double Slope { get; private set; }

    public void Observe(double x, double y)
    {
        double g0 = _p00 + (_p01 * x);
        double g1 = _p01 + (_p11 * x);
        double scale = 1 / (forgetting + g0 + (g1 * x));
        double error = y - Intercept - (Slope * x);
        Intercept += g0 * scale * error;
        Slope += g1 * scale * error;
        _p00 -= g0 * g0 * scale;
        _p01 -= g0 * g1 * scale;
        _p11 -= g1 * g1 * scale;
        if (_p00 + _p11 > LargestTrace * forgetting)
            return;
        _p00 /= forgetting;
        _p01 /= forgetting;
        _p11 /= forgetting;
    }
}
