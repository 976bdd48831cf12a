namespace RecOps.Server.Rules;

/// <summary>Everything about a request that decides which rules hold.</summary>
/// <param name="Country">Empty when it is not known.</param>
/// <param name="Segment">Empty when it is not known.</param>
/// <param name="Cluster">-1 for none.</param>
/// <param name="Viewed">Ordinal of the item being looked at, -1 for none.</param>
internal readonly record struct RuleMoment(string Placement, string Country, string Segment, int Cluster, int Viewed, DateTimeOffset Now);
