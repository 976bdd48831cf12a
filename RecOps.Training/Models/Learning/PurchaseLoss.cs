using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>
/// Ranks first what the shopper bought next: a sampled softmax (Bengio and Senécal 2008).
/// 1. Add the sampling corrections to the logits, and take the log softmax over the row.
/// 2. Loss: minus its mean over the answers, averaged over the rows that have answers.
/// 3. The same among the candidates that are not in the history. Where shoppers often buy the same again, those answers dominate a row,
/// and its softmax says little about the order of everything else. Training also on targets that were never bought, with the bought ones
/// masked, follows Li and others 2023, "Masked and Swapped Sequence Modeling for Next Novel Basket Recommendation".
/// 4. Loss = (1 − share) · all + share · first-time.
/// </summary>
internal static class PurchaseLoss
{
    private const float Masked = -1e9f;

    /// <param name="logits">[b, k].</param>
    /// <param name="firstTimeShare">0 to 1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Of(Tensor logits, LessonBatch batch, double firstTimeShare)
    {
        Tensor all = All(logits, batch);
        return firstTimeShare == 0 ? all : Mix(all, FirstTime(logits, batch), firstTimeShare);
    }

    /// <summary>The loss among all candidates.</summary>
    public static Tensor All(Tensor logits, LessonBatch batch) => Mean(logits + batch.Corrections, batch.Labels);

    /// <summary>The loss among the candidates that are not in the history; 0 where none of them is an answer.</summary>
    public static Tensor FirstTime(Tensor logits, LessonBatch batch)
    {
        Tensor known = batch.Known;
        return Mean((logits + batch.Corrections).masked_fill(known, Masked), batch.Labels.masked_fill(known, 0f));
    }

    /// <summary>Weighs the loss on first-time purchases against another one.</summary>
    /// <param name="share">Share of the former, 0 to 1.</param>
    public static Tensor Mix(Tensor other, Tensor firstTime, double share) => (other * (1 - share)) + (firstTime * share);

    private static Tensor Mean(Tensor logits, Tensor labels)
    {
        Tensor answers = labels.sum(1);
        Tensor rows = (nn.functional.log_softmax(logits, 1) * labels).sum(1) / answers.clamp_min(1);
        return -rows.sum() / answers.gt(0).sum().clamp_min(1);
    }
}
