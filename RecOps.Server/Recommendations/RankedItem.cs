namespace RecOps.Server.Recommendations;

/// <summary>An item and the score it is listed by.</summary>
internal readonly record struct RankedItem(int Ordinal, float Score)
{
    /// <summary>Best first; equal scores by ordinal, so that lists do not flicker.</summary>
    public readonly struct BestFirst : IComparer<RankedItem>
    {
        public int Compare(RankedItem x, RankedItem y)
        {
            int order = y.Score.CompareTo(x.Score);
            return order != 0 ? order : x.Ordinal.CompareTo(y.Ordinal);
        }
    }
}
