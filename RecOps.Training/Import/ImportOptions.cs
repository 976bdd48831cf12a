namespace RecOps.Training.Import;

/// <summary>Which files to read and how strictly.</summary>
internal sealed record ImportOptions
{
    /// <summary>CSV, plain or gzip.</summary>
    public required string Interactions { get; init; }

    /// <summary>CSV, plain or gzip.</summary>
    public required string Catalog { get; init; }

    /// <summary>CSV, plain or gzip; null when nothing is known of the users.</summary>
    public string? Users { get; init; }

    /// <summary>Go on without rows that have a problem. What is wrong with a whole file stops the import all the same.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary>Problems reported one by one; the others are counted.</summary>
    public int MaxProblems { get; init; } = ImportReport.DefaultKept;
}
