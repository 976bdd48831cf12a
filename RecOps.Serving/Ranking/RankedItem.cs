namespace RecOps.Serving.Ranking;

/// <summary>An item and the score it is listed by.</summary>
internal readonly record struct RankedItem(int Ordinal, float Score);
