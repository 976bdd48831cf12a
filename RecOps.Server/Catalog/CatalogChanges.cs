using RecOps.Server.Models;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>
/// What the shop said of its items since the server started, so that a model that is opened later knows it too: to every model the newest
/// word on an item's price, stock and attributes is the same.
/// </summary>
internal sealed class CatalogChanges(ActiveModel active)
{
    private readonly Dictionary<string, CatalogItemUpdate> _newest = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Changes items in every model that has them; those that none has are passed over.</summary>
    public void Apply(IEnumerable<CatalogItemUpdate> updates)
    {
        lock (_lock)
        {
            foreach (CatalogItemUpdate update in updates)
            {
                if (!active.Live.Any(model => model.Catalog.TryGetOrdinal(update.ItemId!, out _))) continue;
                _newest[update.ItemId!] = Merge(_newest.GetValueOrDefault(update.ItemId!), update);
                foreach (ServingModel model in active.Live) Apply(model, update);
            }
        }
    }

    /// <summary>Brings a model that has just joined up to date.</summary>
    public void BringTo(ServingModel model)
    {
        lock (_lock)
        {
            foreach (CatalogItemUpdate update in _newest.Values) Apply(model, update);
        }
    }

    private static void Apply(ServingModel model, CatalogItemUpdate update)
    {
        if (model.Catalog.TryGetOrdinal(update.ItemId!, out int ordinal)) model.Catalog.Update(ordinal, update);
    }

    private static CatalogItemUpdate Merge(CatalogItemUpdate? before, CatalogItemUpdate update)
    {
        if (before is null) return update;
        Dictionary<string, string?>? attributes = before.Attributes is null ? update.Attributes : new(before.Attributes, StringComparer.Ordinal);
        if (before.Attributes is not null)
        {
            foreach ((string name, string? value) in update.Attributes ?? []) attributes![name] = value;
        }

        return new CatalogItemUpdate
        {
            ItemId = update.ItemId, Price = update.Price ?? before.Price, InStock = update.InStock ?? before.InStock, Attributes = attributes,
        };
    }
}
