namespace RecOps.Bench.Caching;

/// <summary>Draws ranks, starting at 0, with a probability that falls as a power of the rank.</summary>
internal sealed class PowerLaw
{
    private readonly double[] _cumulative;

    public PowerLaw(int count, double exponent)
    {
        _cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
            _cumulative[i] = sum += Math.Pow(i + 1, -exponent);
        for (int i = 0; i < count; i++)
            _cumulative[i] /= sum;
    }

    public int Draw(Random random)
    {
        int at = Array.BinarySearch(_cumulative, random.NextDouble());
        return Math.Min(at < 0 ? ~at : at, _cumulative.Length - 1);
    }
}
