namespace RecOps.Training.Import;

/// <summary>Which files to read and how strictly.</summary>
internal sealed record ImportOptions
{
    /// <summary>CSV, plain or gzip.</summary>
    public required string Interactions { get; init; }

    /// <summary>CSV, plain or gzip.</summary>
    public required string Catalog { get; init; }

    /// <summary>CSV, plain or gzip; null when nothing is known about the users.</summary>
    public string? Users { get; init; }

    /// <summary>Skip rows that have a problem. A problem with a whole file still stops the import.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary>Number of problems to report individually; the rest are only counted.</summary>
    public int MaxProblems { get; init; } = ImportReport.DefaultKept;
}
