using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Models;

/// <summary>Computes all users' vectors by folding their whole history exactly as serving folds fresh events.</summary>
internal static class UserFolding
{
    /// <param name="items">[items, d] unit vectors.</param>
    /// <returns>[users, d]; zero for users without a history.</returns>
    public static float[] FoldAll(ShopperHistories histories, Half[] items, int dimension, FeatureSpec features)
    {
        float[] weights = [.. Enum.GetValues<InteractionType>().Select(type => features.EventWeights[EventNames.Of(type)])];
        var users = new float[histories.UserCount * dimension];
        Parallel.For(
            0,
            histories.UserCount,
            user =>
            {
                Span<float> vector = users.AsSpan(user * dimension, dimension);
                for (int entry = histories.Start(user); entry < histories.End(user); entry++)
                {
                    ReadOnlySpan<Half> item = items.AsSpan(histories.Items[entry] * dimension, dimension);
                    UserVector.Fold(vector, item, features.FoldDecay, weights[(int)histories.Types[entry]]);
                }
            }
        );
        return users;
    }
}
