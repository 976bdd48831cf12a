using Parquet;
using Parquet.Schema;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>Which item of the bundle is which of the shop's data; the two may have been imported from different catalogues.</summary>
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
    public static async Task<BundleItems> ReadAsync(Bundle bundle, CatalogTable catalog, CancellationToken cancellation)
    {
        string[] ids = await ReadIdsAsync(bundle, cancellation).ConfigureAwait(false);
        var ordinals = new Dictionary<string, int>(catalog.Count, StringComparer.Ordinal);
        for (int item = 0; item < catalog.Count; item++) ordinals[catalog.ItemIds[item]] = item;
        int[] toBundle = new int[catalog.Count];
        Array.Fill(toBundle, -1);
        int[] toData = new int[ids.Length];
        for (int item = 0; item < ids.Length; item++)
        {
            toData[item] = ordinals.GetValueOrDefault(ids[item], -1);
            if (toData[item] >= 0) toBundle[toData[item]] = item;
        }

        return new BundleItems(toBundle, toData);
    }

    /// <summary>The bundle's ordinal of an item of the data, or -1.</summary>
    public int ToBundle(int item) => _toBundle[item];

    /// <summary>The data's ordinal of an item of the bundle, or -1.</summary>
    public int ToData(int item) => _toData[item];

    private static async Task<string[]> ReadIdsAsync(Bundle bundle, CancellationToken cancellation)
    {
        const string column = "item_id";
        try
        {
            await using ParquetReader reader = await ParquetReader.CreateAsync(bundle.PathOf(BundleFile.Catalog), null, cancellation).ConfigureAwait(false);
            DataField field = Array.Find(reader.Schema.GetDataFields(), field => field.Name == column && IsText(field))
                ?? throw new BundleException($"{BundleFile.Catalog}: it has no column '{column}' of text.");
            long rows = reader.RowGroups.Sum(group => group.RowCount);
            if (rows != bundle.Manifest.Counts.Items)
                throw new BundleException($"{BundleFile.Catalog}: {rows} rows; {BundleFile.Manifest} counts {bundle.Manifest.Counts.Items}.");
            var ids = new string?[rows];
            int next = 0;
            for (int index = 0; index < reader.RowGroupCount; index++)
            {
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(index);
                await group.ReadAsync(field, ids.AsMemory(next, checked((int)group.RowCount))!, null, cancellation).ConfigureAwait(false);
                next += (int)group.RowCount;
            }

            return [.. ids.Select(id => id ?? "")];
        }
        catch (Exception error) when (error is InvalidDataException or ParquetException)
        {
            throw new BundleException($"{BundleFile.Catalog}: not a Parquet file that can be read: {error.Message}", error);
        }
    }

    /// <summary>Parquet.Net calls text in a file characters and text in a new schema a string.</summary>
    private static bool IsText(DataField field) => field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string);
}
