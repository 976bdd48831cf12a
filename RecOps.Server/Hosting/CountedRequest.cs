namespace RecOps.Server.Hosting;

/// <summary>Marks endpoints whose failures count as failed recommendation requests, also those that fail before the handler runs.</summary>
internal sealed class CountedRequest
{
    public static readonly CountedRequest Instance = new();
}
