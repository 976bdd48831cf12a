namespace RecOps.Shared.Security;

/// <summary>What a person may do. Each includes viewer; admin includes all.</summary>
public static class Role
{
    /// <summary>Sees everything but people, keys and the audit log.</summary>
    public const string Viewer = "viewer";

    /// <summary>Warms, purges, swaps; keeps the service running.</summary>
    public const string Operator = "operator";

    /// <summary>Edits and publishes rules.</summary>
    public const string Merchandiser = "merchandiser";

    /// <summary>Everything, including people and keys.</summary>
    public const string Admin = "admin";

    public static readonly string[] All = [Viewer, Operator, Merchandiser, Admin];
}

/// <summary>What a program may do with its key.</summary>
public static class Scope
{
    /// <summary>Request lists.</summary>
    public const string Recommend = "recommend";

    /// <summary>Send shopper events.</summary>
    public const string Events = "events";

    /// <summary>Change price, stock and attributes.</summary>
    public const string Catalog = "catalog";

    /// <summary>Read /metrics.</summary>
    public const string Metrics = "metrics";

    public static readonly string[] All = [Recommend, Events, Catalog, Metrics];
}
