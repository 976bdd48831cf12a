using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules.Compilation;
using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>
/// What the shopper bought, for rules that select by it. Such rules select other items for each shopper, and are looked at one by one.
/// </summary>
internal sealed class BoughtItems
{
    private readonly OrdinalSet _items = new();
    private RuleSet? _rules;

    /// <summary>Whether a rule that holds asks for what was bought.</summary>
    public bool AreAskedFor { get; private set; }

    /// <param name="holding">Empty when none holds.</param>
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

    /// <summary>Takes away the rules that ask for what the shopper bought, as far as they did not buy the item.</summary>
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
