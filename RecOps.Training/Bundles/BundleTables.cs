using RecOps.Training.Import;

namespace RecOps.Training.Bundles;

/// <summary>Writes the two tables of a bundle from tables in memory; row order is the ordinal.</summary>
internal static class BundleTables
{
    /// <summary>Rows of a row group: large enough to compress well, small enough to keep.</summary>
    public const int RowGroupRows = 100_000;

    /// <summary>Writes catalog.parquet.</summary>
    /// <param name="path">Overwritten when it exists.</param>
    public static async Task WriteCatalogAsync(string path, CatalogTable catalog, CancellationToken cancellation)
    {
        string[] names = [.. catalog.Attributes.Keys];
        List<string>[] columns = [.. names.Select(name => catalog.Attributes[name])];
        await using CatalogTableWriter writer = await CatalogTableWriter.CreateAsync(path, names, cancellation).ConfigureAwait(false);
        var attributes = new string[columns.Length];
        for (int item = 0; item < catalog.Count; item++)
        {
            for (int i = 0; i < columns.Length; i++) attributes[i] = columns[i][item];
            await writer.AddAsync(
                catalog.ItemIds[item], catalog.Titles[item], catalog.Categories[item], catalog.Brands[item], (double?)catalog.Prices[item], catalog.InStock[item], attributes)
                .ConfigureAwait(false);
        }

        await writer.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Writes users.parquet.</summary>
    /// <param name="path">Overwritten when it exists.</param>
    public static async Task WriteUsersAsync(string path, UserTable users, CancellationToken cancellation)
    {
        await using UserTableWriter writer = await UserTableWriter.CreateAsync(path, cancellation).ConfigureAwait(false);
        for (int user = 0; user < users.Count; user++)
            await writer.AddAsync(users.UserIds[user], users.Countries[user], users.Segments[user]).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
    }
}
