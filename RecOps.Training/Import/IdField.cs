namespace RecOps.Training.Import;

/// <summary>Reads a column of ids: every row must have one, and it must be short enough.</summary>
internal static class IdField
{
    /// <param name="what">"user" or "item", for the message.</param>
    /// <param name="buffer"><see cref="IdTable.MaxLength"/> characters.</param>
    /// <returns>False when the id is invalid; the problem has been reported.</returns>
    public static bool TryRead(CsvSource source, int column, string what, Span<char> buffer, out ReadOnlySpan<char> id)
    {
        ReadOnlySpan<byte> utf8 = source.Row.GetSpan(column);
        if (!IdTable.TryDecode(utf8, buffer, out id))
        {
            source.Report(ProblemKind.IdTooLong, column, $"the id is longer than {IdTable.MaxLength} characters; shorten it.");
            return false;
        }

        if (!id.IsEmpty)
            return true;
        source.Report(ProblemKind.MissingId, column, $"the {what} id is missing; fill it in or remove the row.");
        return false;
    }

    /// <summary>A value quoted for a message, truncated if it is long.</summary>
    public static string Quote(CsvSource source, int column)
    {
        string text = source.Row.GetString(column);
        return text.Length <= 40 ? $"'{text}'" : $"'{text.AsSpan(0, 40)}…'";
    }
}
