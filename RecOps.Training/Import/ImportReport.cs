namespace RecOps.Training.Import;

/// <summary>
/// Collects the problems with the input: the first ones in full, all of them by count, so that a bad file of any size fits in memory.
/// </summary>
/// <param name="keep">Number of problems to keep in full, at least 0.</param>
internal sealed class ImportReport(int keep = ImportReport.DefaultKept)
{
    public const int DefaultKept = 50;
    private readonly List<ImportProblem> _problems = [];
    private readonly long[] _counts = new long[Enum.GetValues<ProblemKind>().Length];

    /// <summary>The first ones, in order of discovery.</summary>
    public IReadOnlyList<ImportProblem> Problems => _problems;

    public long Total { get; private set; }

    /// <summary>Rows with at least one problem; no table contains them.</summary>
    public long BadRows { get; private set; }

    /// <summary>A whole file cannot be used, even with bad rows skipped.</summary>
    public bool HasStructural { get; private set; }

    /// <summary>Kinds that occurred and how often, most frequent first.</summary>
    public IEnumerable<(ProblemKind Kind, long Count)> Counts =>
        Enum.GetValues<ProblemKind>()
            .Select(kind => (kind, this[kind]))
            .Where(pair => pair.Item2 > 0)
            .OrderByDescending(pair => pair.Item2);

    public long this[ProblemKind kind] => _counts[(int)kind];

    public void Add(ProblemKind kind, string file, long line, string? column, string message)
    {
        Total++;
        _counts[(int)kind]++;
        HasStructural |= kind <= ProblemKind.NoRows;
        if (_problems.Count < keep)
            _problems.Add(new ImportProblem(kind, file, line, column, message));
    }

    public void AddBadRow() => BadRows++;
}
