using RecOps.Serving.Parquet;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>Maps items of the bundle to items of the shop's data; the two may come from different catalogues.</summary>
internal sealed class BundleItems
{
    private readonly int[] _toBundle;
    private readonly int[] _toData;

    private BundleItems(int[] toBundle, int[] toData)
    {
        _toBundle = toBundle;
        _toData = toData;
        Missing = toBundle.Count(ordinal => ordinal < 0);
    }

    /// <summary>Items of the data that the bundle does not have.</summary>
    public int Missing { get; }

    /// <exception cref="BundleException">The bundle's catalogue cannot be read.</exception>
    public static BundleItems Read(Bundle bundle, CatalogTable catalog, CancellationToken cancellation)
    {
        string[] ids = ReadIds(bundle, cancellation);
        var ordinals = new Dictionary<string, int>(catalog.Count, StringComparer.Ordinal);
        for (int item = 0; item < catalog.Count; item++)
            ordinals[catalog.ItemIds[item]] = item;
        int[] toBundle = new int[catalog.Count];
        Array.Fill(toBundle, -1);
        int[] toData = new int[ids.Length];
        for (int item = 0; item < ids.Length; item++)
        {
            toData[item] = ordinals.GetValueOrDefault(ids[item], -1);
            if (toData[item] >= 0)
                toBundle[toData[item]] = item;
        }

        return new BundleItems(toBundle, toData);
    }

    /// <summary>The bundle's ordinal of an item of the data, or -1.</summary>
    public int ToBundle(int item) => _toBundle[item];

    /// <summary>The data's ordinal of an item of the bundle, or -1.</summary>
    public int ToData(int item) => _toData[item];

    private static string[] ReadIds(Bundle bundle, CancellationToken cancellation)
    {
        using ParquetTable table = ParquetTable.Open(bundle, BundleFile.Catalog, bundle.Manifest.Counts.Items);
        return table.ReadIds("item_id", Ids.LongestItem, [], cancellation);
    }
}
