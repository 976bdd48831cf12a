using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>Finds everything that is wrong with a request.</summary>
internal sealed class RecommendationValidator(IOptions<ServingOptions> options)
{
    public const int MaxCount = 100;
    public const int MaxIdLength = 128;
    public const int MaxRecent = 100;
    public const int MaxExcluded = 1000;
    public const int MaxAttributes = 32;
    public const int MaxBatch = 100;

    public void Validate(RecommendationRequest request, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(request.UserId) || request.UserId.Length > MaxIdLength)
            errors.Add("userId", $"userId must have 1 to {MaxIdLength} characters.");
        else if (HasControl(request.UserId)) errors.Add("userId", "userId has a control character.");
        if (request.Count is < 1 or > MaxCount) errors.Add("count", $"count is {request.Count}; it must be 1 to {MaxCount}.");
        if (request.Placement is null || !options.Value.IsPlacement(request.Placement))
        {
            errors.Add(
                "placement", $"placement is '{request.Placement}'; it must be one of {string.Join(", ", options.Value.AllPlacements)}.");
        }

        CheckText("itemId", request.ItemId, ref errors);
        CheckText("country", request.Country, ref errors);
        CheckText("segment", request.Segment, ref errors);
        CheckIds("recentItemIds", request.RecentItemIds, MaxRecent, ref errors);
        CheckIds("excludeItemIds", request.ExcludeItemIds, MaxExcluded, ref errors);
        if (request.Attributes is not { } attributes) return;
        if (attributes.Count > MaxAttributes)
            errors.Add("attributes", $"attributes has {attributes.Count} entries; at most {MaxAttributes} are allowed.");
        foreach ((string name, string value) in attributes)
        {
            if (name.Length is < 1 or > MaxIdLength || value is null || value.Length > MaxIdLength)
                errors.Add($"attributes.{name}", $"names must have 1 to {MaxIdLength} characters, values at most {MaxIdLength}.");
        }
    }

    public void Validate(SimilarItemsRequest request, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(request.ItemId)) errors.Add("itemId", "itemId is missing: it is the item that others are to be like.");
        if (request.Count is < 1 or > MaxCount) errors.Add("count", $"count is {request.Count}; it must be 1 to {MaxCount}.");
        if (request.Placement is { Length: > 0 } placement && !options.Value.IsPlacement(placement))
            errors.Add("placement", $"placement is '{placement}'; it must be one of {string.Join(", ", options.Value.AllPlacements)}, or be left out.");
        CheckText("userId", request.UserId, ref errors);
        CheckText("country", request.Country, ref errors);
        CheckText("segment", request.Segment, ref errors);
        CheckIds("excludeItemIds", request.ExcludeItemIds, MaxExcluded, ref errors);
    }

    private static void CheckText(string field, string? value, ref FieldErrors errors)
    {
        if (value is { Length: > MaxIdLength }) errors.Add(field, $"{field} must have at most {MaxIdLength} characters.");
        else if (value is not null && HasControl(value)) errors.Add(field, $"{field} has a control character.");
    }

    private static bool HasControl(string text) => text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.AsSpan().ContainsAnyInRange('\u007f', '\u009f');

    private static void CheckIds(string field, string[]? ids, int limit, ref FieldErrors errors)
    {
        if (ids is null) return;
        if (ids.Length > limit) errors.Add(field, $"{field} has {ids.Length} entries; at most {limit} are allowed.");
        for (int i = 0; i < Math.Min(ids.Length, limit); i++)
        {
            if (string.IsNullOrEmpty(ids[i]) || ids[i].Length > MaxIdLength)
                errors.Add($"{field}[{i}]", $"item ids must have 1 to {MaxIdLength} characters.");
            else if (HasControl(ids[i]))
                errors.Add($"{field}[{i}]", "An item id has a control character.");
        }
    }
}
