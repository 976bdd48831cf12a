namespace RecOps.Training.Synth;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014). Small enough to seed one for each user and day, so that what a user does on a day depends
/// only on the seed and those two.
/// </summary>
internal struct SynthRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <param name="seed">Seed of the whole shop.</param>
    /// <param name="stream">What the numbers are drawn for, such as users or items.</param>
    /// <param name="index">Which of them.</param>
    public SynthRandom(int seed, int stream, long index = 0)
    {
        _state = Mix(Mix(Mix((uint)seed) ^ ((ulong)(uint)stream << 32)) + (ulong)index);
    }

    public ulong NextBits() => Mix(_state += Golden);

    /// <summary>0 inclusive to 1 exclusive.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 inclusive to the limit exclusive.</summary>
    public int Next(int limit) => (int)(((NextBits() >> 32) * (ulong)limit) >> 32);

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(T[] values) => values[Next(values.Length)];

    /// <summary>Standard normal, by the polar method.</summary>
    public double NextGaussian()
    {
        while (true)
        {
            double u = (2 * NextDouble()) - 1;
            double v = (2 * NextDouble()) - 1;
            double s = (u * u) + (v * v);
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * Math.Log(s) / s);
        }
    }

    /// <summary>Draws an index from a table of running sums, with a probability proportional to its weight.</summary>
    public int NextIndex(ReadOnlySpan<double> sums)
    {
        double target = NextDouble() * sums[^1];
        int low = 0;
        int high = sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (sums[middle] > target)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <summary>Draws 1 or more; each further one has the given probability.</summary>
    public int NextCount(double more, int limit)
    {
        int count = 1;
        while (count < limit && Chance(more))
            count++;
        return count;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
