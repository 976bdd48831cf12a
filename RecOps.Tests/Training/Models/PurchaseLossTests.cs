using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace RecOps.Tests.Training.Models;

/// <summary>The loss over purchases, against its definition in plain arithmetic.</summary>
[Collection(TorchTests.Name)]
public sealed class PurchaseLossTests
{
    // Two rows of four candidates. The first shopper had items 1 and 2; the second had none of theirs, and bought item 5.
    private static readonly long[] History = [1, 2, -1, -1];
    private static readonly long[] Candidates = [1, 3, 4, 2, 5, 6, 7, 8];
    private static readonly float[] Logits = [2f, 0.5f, -1f, 1f, 0.3f, 0.1f, -0.4f, 0.9f];
    private static readonly float[] Corrections = [0f, 0f, -0.7f, 0f, 0f, -0.2f, -0.3f, -0.1f];
    private static readonly float[] Labels = [1f, 1f, 0f, 0f, 1f, 0f, 0f, 0f];

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Of_AnyShare_IsTheMixtureOfAllAndFirstTime(double share)
    {
        TorchRuntime.EnsureLoaded();
        using CollectionPause pause = CollectionPause.Begin();
        using var scope = NewDisposeScope();

        double found = PurchaseLoss.Of(tensor(Logits, [2, 4]), Batch(Labels), share).item<float>();

        double all = (Row(0, [0, 1, 2, 3], [0, 1]) + Row(4, [0, 1, 2, 3], [0])) / 2;
        double firstTime = (Row(0, [1, 2], [1]) + Row(4, [0, 1, 2, 3], [0])) / 2;
        Assert.Equal(((1 - share) * all) + (share * firstTime), found, 1e-5);
    }

    [Fact]
    public void FirstTime_EveryAnswerWasHadBefore_IsZeroAndHasNoGradient()
    {
        TorchRuntime.EnsureLoaded();
        using CollectionPause pause = CollectionPause.Begin();
        using var scope = NewDisposeScope();
        Tensor logits = tensor(Logits, [2, 4]).requires_grad_();

        Tensor loss = PurchaseLoss.FirstTime(logits, Batch([1f, 0f, 0f, 1f, 0f, 0f, 0f, 0f]));
        loss.backward();

        Assert.Equal(0, loss.item<float>());
        Assert.All(logits.grad!.data<float>().ToArray(), slope => Assert.Equal(0, slope));
    }

    private static LessonBatch Batch(float[] labels) =>
        new(
            tensor(History, [2, 2]),
            zeros(2, 2),
            tensor(Candidates, [2, 4]),
            zeros(2, 4, ItemTrends.Columns),
            tensor(labels, [2, 4]),
            tensor(Corrections, [2, 4]),
            zeros(2, 4),
            zeros(2, 2, int64),
            zeros(2, 2)
        );

    /// <summary>Minus the mean logarithm of the answers' share among some candidates of a row.</summary>
    private static double Row(int start, int[] among, int[] answers)
    {
        double sum = among.Sum(i => Math.Exp(Logits[start + i] + Corrections[start + i]));
        return -answers.Average(i => Math.Log(Math.Exp(Logits[start + i] + Corrections[start + i]) / sum));
    }
}
