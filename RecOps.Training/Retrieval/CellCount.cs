namespace RecOps.Training.Retrieval;

/// <summary>How many cells a catalogue is divided into.</summary>
internal static class CellCount
{
    /// <summary>Below this many items an exact scan is as fast, and misses nothing.</summary>
    public const int FewestItems = 20_000;

    private const double PerRoot = 6;
    private const int Multiple = 64;

    /// <summary>
    /// The number of cells grows with the square root of the catalogue, so that choosing cells and reading them grow alike. A multiple of
    /// 64, the number that <see cref="NearestCells"/> compares at a time.
    /// </summary>
    public static int For(int items) => Math.Max(1, (int)Math.Round(PerRoot * Math.Sqrt(items) / Multiple)) * Multiple;
}
