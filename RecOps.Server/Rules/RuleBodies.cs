using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>A <see cref="PreviewRequest"/> whose document is parsed separately, so that all its mistakes are found.</summary>
internal sealed record PreviewBody
{
    public JsonElement? Document { get; init; }

    public string? UserId { get; init; }

    public int? ClusterId { get; init; }

    public string? Placement { get; init; }

    public int? Count { get; init; }

    public string? ItemId { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    public LocalMoment? At { get; init; }
}

/// <inheritdoc cref="PreviewBody"/>
internal sealed record ImpactBody
{
    public JsonElement? Document { get; init; }
}
