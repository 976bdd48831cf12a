namespace RecOps.Serving.Retrieval;

/// <summary>What searches read in one interval of about a second.</summary>
internal readonly record struct RetrievalSecond(long Searches, long CellsRead, long ItemsScored);
