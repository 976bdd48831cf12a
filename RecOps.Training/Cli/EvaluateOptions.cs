using RecOps.Training.Import;

namespace RecOps.Training.Cli;

/// <summary>Options of <c>evaluate</c>.</summary>
internal sealed record EvaluateOptions
{
    public required ImportOptions Import { get; init; }

    /// <summary>Directories of the bundles to compare, at least one.</summary>
    public required IReadOnlyList<string> Bundles { get; init; }

    /// <summary>Control bundles (the same students without teachers), in the same order; may be empty.</summary>
    public IReadOnlyList<string> Controls { get; init; } = [];

    /// <summary>Unix seconds after which events are the test set; null takes the time recorded in the bundles.</summary>
    public long? Cut { get; init; }

    /// <summary>File for the report as JSON; null to print the table only.</summary>
    public string? Output { get; init; }
}
