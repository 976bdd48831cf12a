using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>Reads users.csv: user_id and any of country and segment. Other columns are ignored.</summary>
internal static class UsersReader
{
    /// <param name="ids">Filled with the users and their ordinals.</param>
    /// <returns>Null when the file as a whole cannot be used; the report says why.</returns>
    public static UserTable? Read(string path, IdTable ids, ImportReport report, IProgressTask progress, CancellationToken cancellation)
    {
        using CsvSource? source = CsvSource.Open(path, ["user_id"], report);
        if (source is null)
            return null;
        int id = source.IndexOf("user_id");
        int country = source.IndexOf("country");
        int segment = source.IndexOf("segment");
        var table = new UserTable
        {
            UserIds = ids.Ids,
            Countries = [],
            Segments = [],
        };
        var lines = new List<long>();
        Span<char> buffer = stackalloc char[IdTable.MaxLength];
        var pace = new ReadingPace(source, progress, cancellation);
        while (source.Read())
        {
            pace.Tick();
            if (!IdField.TryRead(source, id, "user", buffer, out ReadOnlySpan<char> userId))
                continue;
            if (ids.TryGet(userId, out int first))
            {
                source.Report(
                    ProblemKind.DuplicateUser,
                    id,
                    $"user {IdField.Quote(source, id)} is already on line {lines[first]}; keep only one of them."
                );
                continue;
            }

            ids.Add(userId);
            lines.Add(source.Row.LineNumber);
            table.Countries.Add(country < 0 ? "" : source.Row.GetString(country));
            table.Segments.Add(segment < 0 ? "" : source.Row.GetString(segment));
        }

        return pace.Finish(report, table.Count) ? table : null;
    }
}
