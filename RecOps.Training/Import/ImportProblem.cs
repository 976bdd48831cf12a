namespace RecOps.Training.Import;

/// <summary>One thing that is wrong with the input, and how to put it right.</summary>
/// <param name="File">Path as it was given.</param>
/// <param name="Line">1-based line where the row starts; 0 when the whole file is meant.</param>
/// <param name="Column">Name of the column as the file's header spells it; null when the whole row or file is meant.</param>
internal sealed record ImportProblem(ProblemKind Kind, string File, long Line, string? Column, string Message)
{
    /// <summary><c>file:line: column: message</c>, the form that editors turn into a link.</summary>
    public override string ToString() => $"{File}:{(Line > 0 ? $"{Line}:" : "")} {(Column is null ? "" : $"{Column}: ")}{Message}";
}

/// <summary>What can be wrong. Those up to <see cref="NoRows"/> concern a whole file and cannot be skipped.</summary>
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
