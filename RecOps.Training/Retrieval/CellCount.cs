namespace RecOps.Training.Retrieval;

/// <summary>How finely a catalogue is cut.</summary>
internal static class CellCount
{
    /// <summary>Below this many items looking at every one of them is as quick, and misses nothing.</summary>
    public const int FewestItems = 20_000;

    private const double PerRoot = 6;
    private const int Multiple = 64;

    /// <summary>
    /// Cells grow with the root of the catalogue: then choosing cells and reading cells, which both take time, grow alike. A multiple
    /// of 64, which is what <see cref="NearestCells"/> compares at a time.
    /// </summary>
    public static int For(int items) => Math.Max(1, (int)Math.Round(PerRoot * Math.Sqrt(items) / Multiple)) * Multiple;
}
