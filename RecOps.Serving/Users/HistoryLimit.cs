namespace RecOps.Serving.Users;

/// <summary>Number of users whose recent events are kept; beyond it, the least recently active user is evicted.</summary>
internal sealed record HistoryLimit(int Users);
