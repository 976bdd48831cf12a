namespace RecOps.Server.Hosting.Http;

/// <summary>Marks endpoints whose failures count as failed recommendation requests, including failures before the handler runs.</summary>
internal sealed class CountedRequest
{
    public static readonly CountedRequest Instance = new();
}
