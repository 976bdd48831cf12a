namespace RecOps.Client.Hosting;

/// <summary>Problem details as they travel (RFC 9457), with the field-by-field map.</summary>
internal sealed record ProblemDetails
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public Dictionary<string, string[]>? Errors { get; init; }
}
