using RecOps.Training.Progress;

namespace RecOps.Training.Import;

/// <summary>
/// What every file needs while its rows go by: cancellation, progress in bytes, and a last look at whether there was anything in it.
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

    /// <summary>To be called after the last row.</summary>
    /// <returns>False when the file could not be read to its end, or not one row of it can be used.</returns>
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
                ? "the file has a header and no rows; add rows, or leave the option out if it is optional."
                : "not one row of the file can be used; see its other problems."
        );
        return false;
    }
}
