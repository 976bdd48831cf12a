using FsCheck.Xunit;
using RecOps.Serving.Retrieval;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed class SelectionTests
{
    [Property(MaxTest = 200)]
    public void Largest_AnyKeys_AreThoseOfASort(int[] values, int count)
    {
        ulong[] keys = [.. values.Distinct().Select((value, i) => ScoreKey.Of(value, i))];
        if (keys.Length == 0)
            return;
        int wanted = ((count & int.MaxValue) % keys.Length) + 1;
        ulong[] expected = [.. keys.OrderDescending().Take(wanted)];

        Assert.Equal(expected[^1], Selection.Largest(keys, wanted));
        Assert.Equal(expected, keys[..wanted].OrderDescending());
    }

    [Property(MaxTest = 200)]
    public void ScoreKey_AnyScores_OrdersAsTheyDoAndGivesThemBack(float a, float b, int number)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
            return;
        number &= int.MaxValue;
        Assert.Equal(a.CompareTo(b + 0f) < 0 && a != b, ScoreKey.Of(a, number) < ScoreKey.Of(b, number));
        Assert.Equal(a, ScoreKey.Score(ScoreKey.Of(a, number)));
        Assert.Equal(number, ScoreKey.Number(ScoreKey.Of(a, number)));
        if (number > 0)
            Assert.True(ScoreKey.Of(a, number - 1) > ScoreKey.Of(a, number));
    }
}
