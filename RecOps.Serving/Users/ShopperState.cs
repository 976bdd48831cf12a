namespace RecOps.Serving.Users;

/// <summary>What is known about a shopper.</summary>
/// <param name="HasBehaviour">False if nothing is known that a model could use.</param>
/// <param name="Cluster">-1 for none.</param>
internal readonly record struct ShopperState(bool HasBehaviour, int Cluster);
