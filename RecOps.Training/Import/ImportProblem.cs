namespace RecOps.Training.Import;

/// <summary>One problem with the input, and how to fix it.</summary>
/// <param name="File">Path as it was given.</param>
/// <param name="Line">1-based line where the row starts; 0 for the whole file.</param>
/// <param name="Column">Name of the column as spelled in the file's header; null for the whole row or file.</param>
internal sealed record ImportProblem(ProblemKind Kind, string File, long Line, string? Column, string Message)
{
    /// <summary><c>file:line: column: message</c>, the form that editors turn into a link.</summary>
    public override string ToString() => $"{File}:{(Line > 0 ? $"{Line}:" : "")} {(Column is null ? "" : $"{Column}: ")}{Message}";
}

/// <summary>Kinds of problems. Those up to <see cref="NoRows"/> concern a whole file and cannot be skipped.</summary>
internal enum ProblemKind
{
    FileNotFound,
    UnreadableFile,
    EmptyFile,
    MissingColumn,
    DuplicateColumn,
    NoRows,
    UnparsableRow,
    WrongFieldCount,
    MissingId,
    IdTooLong,
    DuplicateItem,
    DuplicateUser,
    UnknownItem,
    UnknownEvent,
    BadTimestamp,
    BadPrice,
    BadQuantity,
    BadStock,
}
