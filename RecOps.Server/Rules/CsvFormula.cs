using System.Buffers;
using System.Globalization;

namespace RecOps.Server.Rules;

/// <summary>
/// Keeps spreadsheets from running a text as a formula. It puts an apostrophe in front of text that would be taken for a formula, and of
/// text that starts with an apostrophe, so that both are read back unchanged.
/// </summary>
internal static class CsvFormula
{
    private const char Apostrophe = '\'';
    private static readonly SearchValues<char> Beginnings = SearchValues.Create("=+-@'\t\r");

    public static string Mark(string cell) => IsMarked(cell) && !IsNumber(cell) ? Apostrophe + cell : cell;

    public static string Unmark(string cell) => cell.Length > 1 && cell[0] == Apostrophe && IsMarked(cell[1..]) ? cell[1..] : cell;

    private static bool IsMarked(string cell) => cell.Length > 0 && Beginnings.Contains(cell[0]);

    /// <summary>A negative number is not a formula.</summary>
    private static bool IsNumber(string cell) =>
        cell[0] == '-' && double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
