using RecOps.Training.Import;

namespace RecOps.Training.Cli;

/// <summary>What <c>evaluate</c> is asked to do.</summary>
internal sealed record EvaluateOptions
{
    public required ImportOptions Import { get; init; }

    /// <summary>Directories of the bundles to compare, at least one.</summary>
    public required IReadOnlyList<string> Bundles { get; init; }

    /// <summary>Bundles of the same students without teachers, in the same order; or none.</summary>
    public IReadOnlyList<string> Controls { get; init; } = [];

    /// <summary>Unix seconds after which events are the test; null takes the time recorded in the bundles.</summary>
    public long? Cut { get; init; }

    /// <summary>File for the report as JSON; null to print the table only.</summary>
    public string? Output { get; init; }
}
