using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules.Compilation;
using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>
/// The shopper's purchases, for rules that select by them. Such rules select different items for each shopper, so they are evaluated one by
/// one.
/// </summary>
internal sealed class BoughtItems
{
    private readonly OrdinalSet _items = new();
    private RuleSet? _rules;

    /// <summary>Whether an applicable rule selects by purchases.</summary>
    public bool AreAskedFor { get; private set; }

    /// <param name="holding">Empty when none applies.</param>
    public void Begin(RuleSet rules, ReadOnlySpan<ulong> holding, in ListInput input)
    {
        _rules = rules;
        AreAskedFor = false;
        for (int word = 0; word < holding.Length; word++)
            AreAskedFor |= (holding[word] & rules.AskForBought[word]) != 0;
        if (!AreAskedFor)
            return;
        _items.Clear();
        foreach (FreshEvent happened in input.History.Events)
        {
            if (happened.Kind == EventKind.Purchase)
                _items.Add(happened.Item);
        }
    }

    /// <summary>Removes the rules that select by purchases, where the shopper did not buy the item.</summary>
    public void Narrow(int item, Span<ulong> selecting, in ListInput input)
    {
        bool bought = _items.Contains(item);
        for (int word = 0; word < selecting.Length; word++)
        {
            ulong asking = selecting[word] & _rules!.AskForBought[word];
            if (asking == 0)
                continue;
            if (!bought)
            {
                selecting[word] &= ~asking;
                continue;
            }

            ReadOnlySpan<ulong> one = [asking];
            for (int bit = RuleBits.Next(one, 0); bit >= 0; bit = RuleBits.Next(one, bit + 1))
            {
                if (!Within(item, _rules.Rules[(word << 6) + bit].Select!.BoughtWithinDays!.Value, input))
                    selecting[word] &= ~(1UL << bit);
            }
        }
    }

    private static bool Within(int item, int days, in ListInput input)
    {
        long since = input.Now.AddDays(-days).ToUnixTimeMilliseconds();
        foreach (FreshEvent happened in input.History.Events)
        {
            if (happened.UnixMilliseconds < since)
                return false;
            if (happened.Kind == EventKind.Purchase && happened.Item == item)
                return true;
        }

        return false;
    }
}
