using System.Runtime.InteropServices;
using ParquetSharp;
using RecOps.Training.Import;

namespace RecOps.Training.Bundles;

/// <summary>Writes the two tables of a bundle from tables in memory. An item's or user's row number is its ordinal.</summary>
internal static class BundleTables
{
    /// <summary>Rows in a row group: enough to compress well, few enough to buffer.</summary>
    public const int RowGroupRows = 100_000;

    /// <summary>Writes catalog.parquet.</summary>
    /// <param name="path">Overwritten when it exists.</param>
    public static void WriteCatalog(string path, CatalogTable catalog, CancellationToken cancellation)
    {
        string[] names = [.. catalog.Attributes.Keys];
        List<string>[] columns = [.. names.Select(name => catalog.Attributes[name])];
        using var writer = new CatalogTableWriter(path, names, cancellation);
        var attributes = new string[columns.Length];
        for (int item = 0; item < catalog.Count; item++)
        {
            for (int i = 0; i < columns.Length; i++)
                attributes[i] = columns[i][item];
            writer.Add(
                catalog.ItemIds[item],
                catalog.Titles[item],
                catalog.Categories[item],
                catalog.Brands[item],
                (double?)catalog.Prices[item],
                catalog.InStock[item],
                attributes
            );
        }

        writer.Complete();
    }

    /// <summary>Writes users.parquet.</summary>
    /// <param name="path">Overwritten when it exists.</param>
    public static void WriteUsers(string path, UserTable users, CancellationToken cancellation)
    {
        using var writer = new UserTableWriter(path, cancellation);
        for (int user = 0; user < users.Count; user++)
            writer.Add(users.UserIds[user], users.Countries[user], users.Segments[user]);
        writer.Complete();
    }

    /// <summary>Writes the next column of a row group and clears its buffer.</summary>
    public static void WriteColumn<T>(RowGroupWriter group, List<T> values)
    {
        using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(CollectionsMarshal.AsSpan(values));
        values.Clear();
    }
}
