namespace RecOps.Training.Models.Teachers;

/// <summary>Sizes of a teacher. They are those of the papers where a shop's data bears them, and nothing has to be fast or small.</summary>
internal sealed record TeacherShape
{
    public required int Items { get; init; }

    /// <summary>Length of a field's vector.</summary>
    public int Dimension { get; init; } = 64;

    /// <summary>History entries of the model's input.</summary>
    public required int History { get; init; }

    /// <summary>Columns of the context input.</summary>
    public required int Context { get; init; }

    /// <summary>Entries after which each view of the history fades to 1/e, where learning starts.</summary>
    public IReadOnlyList<double> InterestScales { get; init; } = [5, 25, 100, 1e6];

    /// <summary>The same for counting how often the candidate itself is in the history; the last one counts all.</summary>
    public IReadOnlyList<double> RepeatScales { get; init; } = [2, 8, 25, 60, 150, 1e6];

    /// <summary>Widths of the hidden layers of a teacher's deep part.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256, 64];

    /// <summary>Share of the pooled interests hidden while learning.</summary>
    public double Dropout { get; init; } = 0.6;

    /// <summary>Numbers known of a candidate: how often and how lately it was bought by this shopper, and its trends.</summary>
    public int Columns => RepeatScales.Count + 1 + ItemTrends.Columns;

    /// <summary>Numbers known of a request.</summary>
    public int Request => 1 + Context;
}
