using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>Items that fill up a list, one after the other.</summary>
/// <param name="rules">If they select what the shopper bought, that comes first: they may show nothing else. The rest of the catalogue that
/// they leave is only computed when the popular items are not enough.</param>
internal ref struct Backfill(HoldingRules rules)
{
    private int _stage = rules.AskForBought ? 0 : 1;
    private int _index;
    private ReadOnlySpan<int> _left;

    public bool TryNext(in ListInput input, out int item, out ItemOrigin origin)
    {
        if (input.IsOnlyRanked)
        {
            (item, origin) = (-1, ItemOrigin.Popular);
            return false;
        }

        if (_stage == 0)
        {
            while (_index < input.History.Events.Length)
            {
                FreshEvent happened = input.History.Events[_index++];
                if (happened.Kind != EventKind.Purchase)
                    continue;
                (item, origin) = (happened.Item, ItemOrigin.Bought);
                return true;
            }

            (_stage, _index) = (1, 0);
        }

        if (_stage == 1)
        {
            while (_index < input.ClusterPopular.Length)
            {
                item = input.ClusterPopular[_index++];
                origin = ItemOrigin.Cluster;
                if (item >= 0)
                    return true;
            }

            (_stage, _index) = (2, 0);
        }

        origin = ItemOrigin.Popular;
        if (_stage == 2)
        {
            if (_index < input.Popular.Length)
            {
                item = input.Popular[_index++];
                return true;
            }

            (_stage, _index) = (3, 0);
            if (rules.Restriction is { } restriction)
                _left = restriction.Popular;
        }

        item = _index < _left.Length ? _left[_index++] : -1;
        return item >= 0;
    }
}
