using RecOps.Training.Evaluation;
using RecOps.Training.Models;

namespace RecOps.Training.PlainRules;

/// <summary>Scores by a plain rule, from histories as they are in a bundle.</summary>
/// <param name="history">Length of the histories.</param>
internal sealed class PlainRuleScorer(PlainRule rule, ShopperHistories histories, int history) : IItemScorer
{
    private readonly float[] _places = rule.PlaceWeights(history);

    public string Name => rule.Name;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        int items = rule.Popularity.Length;
        var newest = new long[history];
        for (int i = 0; i < users.Length; i++)
        {
            Span<float> row = scores.Span.Slice(i * items, items);
            rule.Popularity.CopyTo(row);
            if (rule.Fade is null)
                continue;
            int user = users.Span[i];
            histories.CopyNewestFirst(user, histories.End(user), newest);
            for (int place = 0; place < history && newest[place] >= 0; place++)
            {
                ref float score = ref row[(int)newest[place]];
                score += _places[place] + (score < 1 ? 1 : 0);
            }
        }
    }
}
