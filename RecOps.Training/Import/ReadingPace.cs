using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>
/// What every file needs while its rows are read: cancellation, progress in bytes, and a final check that it had any usable rows.
/// </summary>
internal struct ReadingPace(CsvSource source, IProgressTask progress, CancellationToken cancellation)
{
    private const int Interval = 1 << 14;
    private int _rows;

    public void Tick()
    {
        if (++_rows % Interval != 0)
            return;
        cancellation.ThrowIfCancellationRequested();
        progress.Report((double)source.Position / source.Length, $"{source.RowsSeen:N0} rows");
    }

    /// <summary>Call this after the last row.</summary>
    /// <returns>False when the file could not be read to its end, or none of its rows can be used.</returns>
    public readonly bool Finish(ImportReport report, int kept)
    {
        cancellation.ThrowIfCancellationRequested();
        progress.Report(1, $"{kept:N0} rows");
        if (source.Failed)
            return false;
        if (kept > 0)
            return true;
        report.Add(
            ProblemKind.NoRows,
            source.Path,
            0,
            null,
            source.RowsSeen == 0
                ? "the file has a header but no rows; add rows, or omit the option if it is optional."
                : "none of the file's rows can be used; see its other problems."
        );
        return false;
    }
}
