using RecOps.Server.Events;

namespace RecOps.Server.Rules;

/// <summary>Items that fill up a list, one after the other.</summary>
/// <param name="bought">Whether what the shopper bought comes first: rules may show nothing else.</param>
internal ref struct Backfill(bool bought)
{
    private int _stage = bought ? 0 : 1;
    private int _index;

    public bool TryNext(in ListInput input, out int item, out ItemOrigin origin)
    {
        if (_stage == 0)
        {
            while (_index < input.History.Events.Length)
            {
                FreshEvent happened = input.History.Events[_index++];
                if (happened.Kind != EventKind.Purchase) continue;
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
                if (item >= 0) return true;
            }

            (_stage, _index) = (2, 0);
        }

        origin = ItemOrigin.Popular;
        item = _index < input.Popular.Length ? input.Popular[_index] : -1;
        _index++;
        return item >= 0;
    }
}
