using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>Reads catalog.csv. Only item_id is required; unknown columns become attributes.</summary>
internal static class CatalogReader
{
    private static readonly string[] Known = ["item_id", "title", "category", "brand", "price", "in_stock"];

    /// <param name="ids">Filled with the items and their ordinals.</param>
    /// <returns>Null when the file as a whole cannot be used; the report says why.</returns>
    public static CatalogTable? Read(string path, IdTable ids, ImportReport report, IProgressTask progress, CancellationToken cancellation)
    {
        using CsvSource? source = CsvSource.Open(path, ["item_id"], report);
        if (source is null)
            return null;
        int id = source.IndexOf("item_id");
        int title = source.IndexOf("title");
        int category = source.IndexOf("category");
        int brand = source.IndexOf("brand");
        int price = source.IndexOf("price");
        int stock = source.IndexOf("in_stock");
        (int Column, List<string> Values)[] attributes =
        [
            .. source
                .Headers.Index()
                .Where(header => header.Item.Length > 0 && !Known.Contains(header.Item, StringComparer.OrdinalIgnoreCase))
                .Select(header => (header.Index, new List<string>())),
        ];
        var table = new CatalogTable
        {
            ItemIds = ids.Ids,
            Titles = [],
            Categories = [],
            Brands = [],
            Prices = [],
            InStock = [],
            Attributes = attributes.ToDictionary(
                attribute => source.Headers[attribute.Column],
                attribute => attribute.Values,
                StringComparer.OrdinalIgnoreCase
            ),
        };
        var lines = new List<long>();
        Span<char> buffer = stackalloc char[IdTable.MaxLength];
        var pace = new ReadingPace(source, progress, cancellation);
        while (source.Read())
        {
            pace.Tick();
            bool hasId = IdField.TryRead(source, id, "item", buffer, out ReadOnlySpan<char> itemId);
            bool duplicate =
                hasId && ids.TryGet(itemId, out int first) && first != IdTable.LeftOut && ReportDuplicate(source, id, lines[first]);
            decimal? itemPrice = ReadPrice(source, price);
            bool inStock = ReadStock(source, stock);
            if (source.RowIsBad)
            {
                if (hasId && !duplicate)
                    ids.LeaveOut(itemId);
                continue;
            }

            ids.Add(itemId);
            lines.Add(source.Row.LineNumber);
            table.Titles.Add(Text(source, title));
            table.Categories.Add(Text(source, category));
            table.Brands.Add(Text(source, brand));
            table.Prices.Add(itemPrice);
            table.InStock.Add(inStock);
            foreach ((int column, List<string> values) in attributes)
                values.Add(source.Row.GetString(column));
        }

        return pace.Finish(report, table.Count) ? table : null;
    }

    private static string Text(CsvSource source, int column) => column < 0 ? "" : source.Row.GetString(column);

    private static bool ReportDuplicate(CsvSource source, int column, long line)
    {
        source.Report(
            ProblemKind.DuplicateItem,
            column,
            $"item {IdField.Quote(source, column)} is already on line {line}; keep only one of them."
        );
        return true;
    }

    private static decimal? ReadPrice(CsvSource source, int column)
    {
        if (column < 0 || source.Row.IsEmpty(column))
            return null;
        if (FieldParser.TryParsePrice(source.Row.GetSpan(column), out decimal price))
            return price;
        source.Report(
            ProblemKind.BadPrice,
            column,
            $"{IdField.Quote(source, column)} is not a price; use a number of at least 0 with a decimal point, such as 12.50, or leave "
                + $"it empty."
        );
        return null;
    }

    private static bool ReadStock(CsvSource source, int column)
    {
        if (column < 0 || source.Row.IsEmpty(column))
            return true;
        if (FieldParser.TryParseBoolean(source.Row.GetSpan(column), out bool inStock))
            return inStock;
        source.Report(
            ProblemKind.BadStock,
            column,
            $"{IdField.Quote(source, column)} is not a valid stock value; use true, false, 1, 0, yes or no, or leave it empty for true."
        );
        return false;
    }
}
