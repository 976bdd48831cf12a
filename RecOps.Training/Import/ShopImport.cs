using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>Reads a shop's files and reports all of their problems at once.</summary>
internal static class ShopImport
{
    /// <param name="report">Filled with the problems found.</param>
    /// <returns>
    /// The data; null when a whole file cannot be used, or when rows are bad and <see cref="ImportOptions.SkipBadRows"/> is off.
    /// </returns>
    /// <exception cref="OperationCanceledException">The import was cancelled.</exception>
    public static ShopData? Read(ImportOptions options, ImportReport report, ITrainingProgress progress, CancellationToken cancellation)
    {
        using IProgressTask all = progress.Start("Import", 3);
        var itemIds = new IdTable();
        CatalogTable? catalog;
        using (IProgressTask task = all.Start("Catalogue", 1))
            catalog = CatalogReader.Read(options.Catalog, itemIds, report, task, cancellation);
        all.Report(1);

        var userIds = new IdTable();
        var users = new UserTable
        {
            UserIds = userIds.Ids,
            Countries = [],
            Segments = [],
        };
        if (options.Users is not null)
        {
            using IProgressTask task = all.Start("Users", 1);
            users = UsersReader.Read(options.Users, userIds, report, task, cancellation) ?? users;
        }

        all.Report(2);
        InteractionTable? interactions;
        using (IProgressTask task = all.Start("Interactions", 1))
            interactions = new InteractionsReader(options, report).Read(catalog is null ? null : itemIds, userIds, task, cancellation);
        all.Report(3);

        if (catalog is null || interactions is null || report.HasStructural || (report.Total > 0 && !options.SkipBadRows))
            return null;
        while (users.Countries.Count < users.Count)
        {
            users.Countries.Add("");
            users.Segments.Add("");
        }

        return new ShopData(catalog, users, interactions);
    }
}
