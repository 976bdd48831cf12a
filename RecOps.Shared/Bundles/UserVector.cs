namespace RecOps.Shared.Bundles;

/// <summary>
/// A user vector is a decayed sum of item vectors, newest heaviest: u ← decay · u + weight · item. The same rule applies to
/// training, to known users with new events and to unknown users, who start from zero.
/// </summary>
public static class UserVector
{
    /// <summary>Folds one event into a user vector, in place. Both spans have the bundle's dimension.</summary>
    public static void Fold(Span<float> user, ReadOnlySpan<Half> item, float decay, float weight)
    {
        for (int i = 0; i < user.Length; i++)
            user[i] = (decay * user[i]) + (weight * (float)item[i]);
    }
}
