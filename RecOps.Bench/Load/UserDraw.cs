namespace RecOps.Bench.Load;

/// <summary>Draws the user of the next request. The same seed gives the same users.</summary>
internal abstract class UserDraw
{
    /// <param name="exponent">Exponent of Zipf's law; 0 draws all users equally often.</param>
    public static UserDraw Of(int users, double exponent, int seed) =>
        exponent == 0 ? new Uniform(users, seed) : new Zipf(users, exponent, seed);

    /// <summary>From 0 (inclusive) to the number of users (exclusive).</summary>
    public abstract int Next();

    private sealed class Uniform(int users, int seed) : UserDraw
    {
        private readonly Random _random = new(seed);

        public override int Next() => _random.Next(users);
    }

    /// <summary>
    /// Rank k with a probability proportional to k^-s, by rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate
    /// variates from monotone discrete distributions", 1996): no table, and constant time for any number of users.
    /// </summary>
    private sealed class Zipf : UserDraw
    {
        private readonly Random _random;
        private readonly double _exponent;
        private readonly int _users;
        private readonly double _low;
        private readonly double _high;
        private readonly double _sure;

        public Zipf(int users, double exponent, int seed)
        {
            _random = new Random(seed);
            (_users, _exponent) = (users, exponent);
            _low = Area(1.5) - 1;
            _high = Area(users + 0.5);
            _sure = 2 - Rank(Area(2.5) - Math.Pow(2, -exponent));
        }

        public override int Next()
        {
            while (true)
            {
                double area = _high + (_random.NextDouble() * (_low - _high));
                double x = Rank(area);
                int rank = Math.Clamp((int)(x + 0.5), 1, _users);
                if (rank - x <= _sure || area >= Area(rank + 0.5) - Math.Pow(rank, -_exponent))
                    return rank - 1;
            }
        }

        /// <summary>Integral of x^-s.</summary>
        private double Area(double x) => Math.Abs(_exponent - 1) < 1e-9 ? Math.Log(x) : (Math.Pow(x, 1 - _exponent) - 1) / (1 - _exponent);

        private double Rank(double area) =>
            Math.Abs(_exponent - 1) < 1e-9 ? Math.Exp(area) : Math.Pow(1 + (area * (1 - _exponent)), 1 / (1 - _exponent));
    }
}
