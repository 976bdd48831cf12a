namespace RecOps.Serving.Retrieval;

/// <summary>Finds the smallest reach with sufficient recall. Recall rises with reach, so it bisects over measurements.</summary>
internal static class ReachCalibration
{
    /// <summary>In standard deviations of a cell's scores around its centroid's.</summary>
    public const float Lowest = -4;

    /// <summary>Hardly any item is further from its cell's centroid than this.</summary>
    public const float Highest = 8;

    private const int Steps = 11;

    /// <param name="target">Recall that similar queries should have: the measured mean minus two standard errors must reach it.</param>
    /// <param name="measure">Recall of each sample query at a reach.</param>
    public static (float Reach, double Recall) Fit(double target, Func<float, double[]> measure)
    {
        (float low, float high) = (Lowest, Highest);
        double recall = double.NaN;
        for (int step = 0; step < Steps; step++)
        {
            float middle = (low + high) / 2;
            double[] sample = measure(middle);
            double mean = sample.Average();
            double deviation = Math.Sqrt(sample.Average(value => (value - mean) * (value - mean)) / sample.Length);
            if (mean - (2 * deviation) >= target)
                (high, recall) = (middle, mean);
            else
                low = middle;
        }

        return (high, double.IsNaN(recall) ? measure(high).Average() : recall);
    }
}
