namespace RecOps.Serving.Retrieval;

/// <summary>Kind and measured quality of an opened index.</summary>
/// <param name="Kind"><c>exact</c>, <c>ivf</c> or <c>onnx</c>.</param>
/// <param name="Cells">Cells of the index; 0 without cells.</param>
/// <param name="Reach">Credit for items beyond a cell's centroid, in standard deviations.</param>
/// <param name="CellsRead">Mean number of cells read for one query of the sample.</param>
/// <param name="ItemsScored">Mean number of items whose score was estimated for one query of the sample.</param>
/// <param name="Target">Requested recall.</param>
/// <param name="Recall">Share of the exact nearest items that were found, mean over the sample.</param>
/// <param name="Sample">Queries in the sample; 0 if nothing had to be measured.</param>
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
