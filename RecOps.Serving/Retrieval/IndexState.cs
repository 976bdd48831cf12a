namespace RecOps.Serving.Retrieval;

/// <summary>What an index is and how good it was found to be when it was opened.</summary>
/// <param name="Kind"><c>exact</c>, <c>ivf</c> or <c>onnx</c>.</param>
/// <param name="Cells">Cells of the index; 0 without cells.</param>
/// <param name="Reach">How far beyond its centroid a cell is given credit for, in standard deviations.</param>
/// <param name="CellsRead">Mean number of cells read for one query of the sample.</param>
/// <param name="ItemsScored">Mean number of items whose score was estimated for one query of the sample.</param>
/// <param name="Target">Recall that was asked for.</param>
/// <param name="Recall">Share of the exact nearest items found, mean over the sample.</param>
/// <param name="Sample">Queries in the sample; 0 where nothing had to be measured.</param>
internal sealed record IndexState(
    string Kind,
    int Cells,
    float Reach,
    double CellsRead,
    double ItemsScored,
    double Target,
    double Recall,
    int Sample
)
{
    /// <summary>An index that misses nothing.</summary>
    public static IndexState Exact(string kind, int items) => new(kind, 0, 0, 0, items, 1, 1, 0);
}
