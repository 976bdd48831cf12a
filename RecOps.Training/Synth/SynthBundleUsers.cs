namespace RecOps.Training.Synth;

/// <summary>
/// What a synthetic bundle's users like and have bought. It depends on the user alone, so it can be recreated for each tensor.
/// </summary>
internal sealed class SynthBundleUsers(SynthBundleOptions options, SynthVectorSpace space)
{
    /// <summary>The cluster a user belongs to.</summary>
    public int ClusterOf(int user)
    {
        SynthRandom random = RandomOf(user);
        return space.DrawCluster(ref random);
    }

    /// <summary>
    /// A user's items, newest first, padded with -1: most from two groups of their own cluster, some bought again, a few from anywhere.
    /// </summary>
    /// <param name="history">As long as the bundle's histories.</param>
    /// <returns>Number of items, at least 1.</returns>
    public int FillHistory(int user, Span<int> history)
    {
        SynthRandom random = RandomOf(user);
        int cluster = space.DrawCluster(ref random);
        int favourite = space.GroupOf(space.DrawFromCluster(cluster, ref random));
        int second = space.GroupOf(space.DrawFromCluster(cluster, ref random));
        int other = space.DrawCluster(ref random);
        int count = Math.Clamp((int)(8 * Math.Exp(1.1 * random.NextGaussian())), 1, history.Length);
        history.Fill(-1);
        for (int i = 0; i < count; i++)
        {
            double kind = random.NextDouble();
            history[i] = kind switch
            {
                < 0.22 when i > 0 => history[random.Next(i)],
                < 0.60 => space.DrawFromGroup(favourite, ref random),
                < 0.75 => space.DrawFromGroup(second, ref random),
                < 0.87 => space.DrawFromCluster(cluster, ref random),
                < 0.95 => space.DrawFromCluster(other, ref random),
                _ => space.DrawAny(ref random),
            };
        }

        return count;
    }

    private SynthRandom RandomOf(int user) => new(options.Seed, SynthStream.UserVectors, user);
}
