namespace RecOps.Serving.Retrieval;

/// <summary>What one search found and what it read to find it.</summary>
/// <param name="Found">Items.</param>
/// <param name="Cells">Cells read.</param>
/// <param name="Scored">Items whose score was estimated.</param>
/// <param name="Shared">Cells that another search of the same call had just read: no memory had to be fetched for them.</param>
internal readonly record struct SearchCost(int Found, int Cells, long Scored, int Shared = 0);
