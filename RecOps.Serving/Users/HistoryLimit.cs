namespace RecOps.Serving.Users;

/// <summary>Of how many users fresh events are kept; beyond it, who has been quiet longest is forgotten.</summary>
internal sealed record HistoryLimit(int Users);
