namespace RecOps.Training.Models.Teachers;

/// <summary>Sizes of a teacher: those of the papers where a shop's data supports them. A teacher need not be fast or small.</summary>
internal sealed record TeacherShape
{
    public required int Items { get; init; }

    /// <summary>Length of a field's vector.</summary>
    public int Dimension { get; init; } = 64;

    /// <summary>History entries of the model's input.</summary>
    public required int History { get; init; }

    /// <summary>Columns of the context input.</summary>
    public required int Context { get; init; }

    /// <summary>Initial decay of each view of the history: the number of entries after which it falls to 1/e.</summary>
    public IReadOnlyList<double> InterestScales { get; init; } = [5, 25, 100, 1e6];

    /// <summary>The same for counts of the candidate itself in the history; the last one counts all entries.</summary>
    public IReadOnlyList<double> RepeatScales { get; init; } = [2, 8, 25, 60, 150, 1e6];

    /// <inheritdoc cref="RankerShape.ReadsEvents"/>
    public bool ReadsEvents { get; init; }

    /// <summary>Widths of the hidden layers of a teacher's deep part.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256, 64];

    /// <summary>Dropout rate of the pooled interests.</summary>
    public double Dropout { get; init; } = 0.6;

    /// <summary>Numbers known about a candidate: how often and how recently it is in the shopper's history, and its trends.</summary>
    public int Columns => RepeatScales.Count + (ReadsEvents ? EventCounts.Columns : 0) + 1 + ItemTrends.Columns;

    /// <summary>Numbers known about a request.</summary>
    public int Request => 1 + Context;
}
