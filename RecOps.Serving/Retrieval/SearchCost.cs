namespace RecOps.Serving.Retrieval;

/// <summary>Results of a search and what it read for them.</summary>
/// <param name="Found">Items.</param>
/// <param name="Cells">Cells read.</param>
/// <param name="Scored">Items whose score was estimated.</param>
/// <param name="Shared">Cells that another search of the same call had just read, and so needed no memory access.</param>
internal readonly record struct SearchCost(int Found, int Cells, long Scored, int Shared = 0);
