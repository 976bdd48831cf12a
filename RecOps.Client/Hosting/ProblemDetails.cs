namespace RecOps.Client.Hosting;

/// <summary>Problem details on the wire (RFC 9457), with errors by field.</summary>
internal sealed record ProblemDetails
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public Dictionary<string, string[]>? Errors { get; init; }
}
