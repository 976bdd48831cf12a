using RecOps.Shared.Rules;

namespace RecOps.Tests.Serving.Rules;

/// <summary>
/// The reference implementation of docs/rules.md, as simple and slow as it may be. Whether all pins can have a position is found by trying
/// (augmenting paths), and caps are recounted each time.
/// </summary>
/// <param name="holding">In order of precedence.</param>
/// <param name="running">Candidate items that may be shown, best first.</param>
/// <param name="popular">Items that may be shown and fill up the list, in order.</param>
/// <param name="places">Number of positions.</param>
internal sealed class PlainArrangement(
    Rule[] holding,
    int[] running,
    int[] popular,
    int places,
    Func<Rule, int, bool> selects,
    Func<Rule, int, string?> groupOf,
    Func<Rule, int[]> instead
)
{
    private readonly List<Claim> _claims = [];
    private readonly List<int> _list = [];

    public int[] Arrange()
    {
        foreach (Rule pin in holding.Where(rule => rule.Then.Type == RuleType.Pin))
            KeepFor(pin);
        List<int> waiting = [.. running];
        List<int> rest = [.. popular.Where(item => !running.Contains(item))];
        while (_list.Count < places && Next(waiting, rest) is { } item)
            _list.Add(item);
        return [.. _list];
    }

    private static int LastOf(Rule pin) => (pin.Then.Position ?? pin.Then.AtOrAbove!.Value) - 1;

    private void KeepFor(Rule pin)
    {
        int wanted = LastOf(pin);
        bool orAbove = pin.Then.Position is null;
        if (wanted >= places || (orAbove && _claims.Any(claim => claim.Place <= wanted && selects(pin, claim.Item))))
            return;
        for (int place = wanted; place < places; place++)
        {
            if (TryKeep(pin, place, orAbove))
                return;
        }

        for (int place = wanted - 1; place >= 0 && !orAbove; place--)
        {
            if (TryKeep(pin, place, orAbove) || CanAllStand([.. _claims, new Claim(-1, place, false)], 0))
                return;
        }
    }

    private bool TryKeep(Rule pin, int place, bool orAbove)
    {
        foreach (int item in running.Where(item => selects(pin, item)).Concat(instead(pin).Where(item => !running.Contains(item))))
        {
            Claim? own = _claims.Find(claim => claim.Item == item);
            if (own is not null && (!own.OrAbove || place > own.Place))
                continue;
            if (!CanAllStand([.. _claims.Where(claim => claim != own), new Claim(item, place, orAbove)], 0) || !CapsAllow(item, place))
                continue;
            _claims.RemoveAll(claim => claim == own);
            _claims.Add(new Claim(item, place, orAbove));
            return true;
        }

        return false;
    }

    /// <summary>Whether each claim can have a position from one on, no two of them the same.</summary>
    private static bool CanAllStand(List<Claim> claims, int first)
    {
        var owner = new Dictionary<int, Claim>();
        return claims.TrueForAll(claim => Find(claim, []));

        bool Find(Claim claim, HashSet<int> seen)
        {
            foreach (int place in claim.OrAbove ? Enumerable.Range(first, Math.Max(claim.Place - first + 1, 0)) : [claim.Place])
            {
                if (!seen.Add(place))
                    continue;
                if (owner.TryGetValue(place, out Claim? other) && !Find(other, seen))
                    continue;
                owner[place] = claim;
                return true;
            }

            return false;
        }
    }

    private bool CapsAllow(int item, int place)
    {
        foreach (Rule cap in holding.Where(rule => rule.Then.Type == RuleType.Cap && selects(rule, item)))
        {
            int within = cap.Then.Within ?? int.MaxValue;
            if (place >= within || groupOf(cap, item) is not { } group)
                continue;

            // If it was already counted, it still counts, whatever comes.
            if (_claims.Exists(claim => claim.Item == item && claim.Place < within))
                continue;
            int count = _list
                .Where((_, at) => at < within)
                .Concat(_claims.Where(claim => claim.Place < within).Select(claim => claim.Item))
                .Distinct()
                .Count(other => selects(cap, other) && groupOf(cap, other) == group);
            if (count >= cap.Then.Max)
                return false;
        }

        return true;
    }

    private int? Next(List<int> waiting, List<int> rest)
    {
        int place = _list.Count;
        List<Claim> open = [.. _claims.Where(claim => !_list.Contains(claim.Item))];
        if (open.Find(claim => !claim.OrAbove && claim.Place == place) is { } here)
            return here.Item;
        Claim[] late = [.. open.Where(claim => claim.OrAbove).OrderBy(claim => claim.Place)];
        if (!CanAllStand(open, place + 1) && Array.Find(late, claim => CapsAllow(claim.Item, place)) is { } due)
            return due.Item;
        foreach (int item in waiting.Where(item => !_list.Contains(item) && !open.Exists(claim => claim.Item == item && !claim.OrAbove)))
        {
            if (CapsAllow(item, place))
                return item;
        }

        while (rest.Count > 0)
        {
            int item = rest[0];
            rest.RemoveAt(0);
            if (_claims.Exists(claim => claim.Item == item))
                continue;
            waiting.Add(item);
            if (CapsAllow(item, place))
                return item;
        }

        // Nothing else is left: later pins close up.
        return open.OrderBy(claim => claim.Place)
            .ThenBy(claim => claim.OrAbove)
            .FirstOrDefault(claim => CapsAllow(claim.Item, place))
            ?.Item;
    }

    /// <param name="Place">From 0; the last position if <paramref name="OrAbove"/>.</param>
    private sealed record Claim(int Item, int Place, bool OrAbove);
}
