using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>Reads interactions.csv into columns and sorts them by time. Each row takes 17 bytes.</summary>
internal sealed class InteractionsReader(ImportOptions options, ImportReport report)
{
    private readonly List<int> _users = [];
    private readonly List<int> _items = [];
    private readonly List<InteractionType> _types = [];
    private readonly List<long> _times = [];

    /// <param name="items">The catalogue; null when it could not be read, so that it does not cause a problem for every row.</param>
    /// <param name="users">Receives users that appear here for the first time.</param>
    /// <returns>Null when the file as a whole cannot be used; the report says why.</returns>
    public InteractionTable? Read(IdTable? items, IdTable users, IProgressTask progress, CancellationToken cancellation)
    {
        using CsvSource? source = CsvSource.Open(options.Interactions, ["user_id", "item_id", "event", "timestamp"], report);
        if (source is null)
            return null;
        int userColumn = source.IndexOf("user_id");
        int itemColumn = source.IndexOf("item_id");
        int eventColumn = source.IndexOf("event");
        int timeColumn = source.IndexOf("timestamp");
        int priceColumn = source.IndexOf("price");
        int quantityColumn = source.IndexOf("quantity");
        Span<char> userBuffer = stackalloc char[IdTable.MaxLength];
        Span<char> itemBuffer = stackalloc char[IdTable.MaxLength];
        var pace = new ReadingPace(source, progress, cancellation);
        while (source.Read())
        {
            pace.Tick();
            IdField.TryRead(source, userColumn, "user", userBuffer, out ReadOnlySpan<char> userId);
            int item = 0;
            bool known =
                !IdField.TryRead(source, itemColumn, "item", itemBuffer, out ReadOnlySpan<char> itemId)
                || items is null
                || FindItem(source, itemColumn, items, itemId, out item);
            if (!FieldParser.TryParseEvent(source.Row.GetSpan(eventColumn), out InteractionType type))
                source.Report(
                    ProblemKind.UnknownEvent,
                    eventColumn,
                    $"{IdField.Quote(source, eventColumn)} is not an event; use view, click, cart or purchase."
                );
            if (!FieldParser.TryParseTime(source.Row.GetSpan(timeColumn), out long time))
                ReportTime(source, timeColumn);
            CheckNumbers(source, priceColumn, quantityColumn);
            if (source.RowIsBad || !known)
                continue;

            _users.Add(users.GetOrAdd(userId));
            _items.Add(item);
            _types.Add(type);
            _times.Add(time);
        }

        return pace.Finish(report, _times.Count) ? Sort(cancellation) : null;
    }

    private bool FindItem(CsvSource source, int column, IdTable items, ReadOnlySpan<char> id, out int item)
    {
        if (!items.TryGet(id, out item))
        {
            source.Report(
                ProblemKind.UnknownItem,
                column,
                $"item {IdField.Quote(source, column)} is not in {options.Catalog}; add it there or remove the row."
            );
            return false;
        }

        if (item != IdTable.LeftOut)
            return true;

        // The catalogue row is already reported. This row is only a problem of its own if bad rows are skipped.
        if (options.SkipBadRows)
            source.Report(
                ProblemKind.UnknownItem,
                column,
                $"item {IdField.Quote(source, column)} is left out because its row in {options.Catalog} is bad; fix that row."
            );
        return false;
    }

    private static void ReportTime(CsvSource source, int column)
    {
        string value = IdField.Quote(source, column);
        bool milliseconds =
            long.TryParse(source.Row.GetSpan(column), out long number) && number is > FieldParser.MaxTime and < FieldParser.MaxTime * 1000;
        source.Report(
            ProblemKind.BadTimestamp,
            column,
            milliseconds
                ? $"{value} looks like Unix milliseconds; divide by 1000."
                : $"{value} is not a time from 1970 to 2199; use ISO 8601, such as 2026-03-01T08:30:00Z, or Unix seconds."
        );
    }

    private static void CheckNumbers(CsvSource source, int price, int quantity)
    {
        if (price >= 0 && !source.Row.IsEmpty(price) && !FieldParser.TryParsePrice(source.Row.GetSpan(price), out _))
        {
            source.Report(
                ProblemKind.BadPrice,
                price,
                $"{IdField.Quote(source, price)} is not a price; use a number of at least 0 with a decimal point, such as 12.50, or "
                    + $"leave it empty."
            );
        }

        if (quantity >= 0 && !source.Row.IsEmpty(quantity) && !FieldParser.TryParseQuantity(source.Row.GetSpan(quantity), out _))
        {
            source.Report(
                ProblemKind.BadQuantity,
                quantity,
                $"{IdField.Quote(source, quantity)} is not a quantity; use a number above 0, or leave it empty. Remove rows for returns."
            );
        }
    }

    private InteractionTable Sort(CancellationToken cancellation)
    {
        long[] times = [.. _times];
        if (IsSorted(times))
            return new InteractionTable
            {
                Users = [.. _users],
                Items = [.. _items],
                Types = [.. _types],
                Times = times,
            };

        // One key of 33 bits of time and 31 bits of row number makes the sort stable, and the runtime sorts numbers fastest.
        var keys = new ulong[times.Length];
        for (int row = 0; row < keys.Length; row++)
            keys[row] = ((ulong)times[row] << 31) | (uint)row;
        cancellation.ThrowIfCancellationRequested();
        Array.Sort(keys);
        cancellation.ThrowIfCancellationRequested();
        var table = new InteractionTable
        {
            Users = new int[keys.Length],
            Items = new int[keys.Length],
            Types = new InteractionType[keys.Length],
            Times = times,
        };
        for (int i = 0; i < keys.Length; i++)
        {
            int row = (int)(keys[i] & int.MaxValue);
            table.Users[i] = _users[row];
            table.Items[i] = _items[row];
            table.Types[i] = _types[row];
            table.Times[i] = (long)(keys[i] >> 31);
        }

        return table;
    }

    private static bool IsSorted(ReadOnlySpan<long> times)
    {
        for (int i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
                return false;
        }

        return true;
    }
}
