using Microsoft.Extensions.Options;
using RecOps.Serving.Validation;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>Finds every mistake in a request, and fills in the default placement.</summary>
internal sealed class RecommendationValidator(IOptions<ServingOptions> options)
{
    public const int MaxCount = 100;
    private const int MaxTextLength = 128;
    public const int MaxRecent = 100;
    public const int MaxExcluded = 1000;
    public const int MaxAttributes = 32;
    public const int MaxBatch = 100;

    public void Validate(RecommendationRequest request, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(request.UserId))
            errors.Add("userId", $"userId must have 1 to {Ids.LongestUser} characters.");
        else
            CheckText("userId", request.UserId, Ids.LongestUser, ref errors);
        if (request.Count is < 1 or > MaxCount)
            errors.Add("count", $"count is {request.Count}; it must be 1 to {MaxCount}.");
        request.Placement ??= options.Value.DefaultPlacement;
        if (!options.Value.IsPlacement(request.Placement))
        {
            errors.Add(
                "placement",
                $"placement is '{request.Placement}'; it must be one of {string.Join(", ", options.Value.AllPlacements)}."
            );
        }

        CheckText("itemId", request.ItemId, Ids.LongestItem, ref errors);
        CheckText("country", request.Country, MaxTextLength, ref errors);
        CheckText("segment", request.Segment, MaxTextLength, ref errors);
        CheckIds("recentItemIds", request.RecentItemIds, MaxRecent, ref errors);
        CheckIds("excludeItemIds", request.ExcludeItemIds, MaxExcluded, ref errors);
        if (request.Attributes is not { } attributes)
            return;
        if (attributes.Count > MaxAttributes)
            errors.Add("attributes", $"attributes has {attributes.Count} entries; at most {MaxAttributes} are allowed.");
        foreach ((string name, string value) in attributes)
        {
            if (name.Length is < 1 or > MaxTextLength || value is null || value.Length > MaxTextLength)
                errors.Add($"attributes.{name}", $"names must have 1 to {MaxTextLength} characters, values at most {MaxTextLength}.");
            else if (Ids.HasControl(name) || Ids.HasControl(value))
                errors.Add($"attributes.{name}", "It has a control character.");
        }
    }

    public void Validate(SimilarItemsRequest request, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(request.ItemId))
            errors.Add("itemId", "itemId is missing. Give the item to find similar ones for.");
        else
            CheckText("itemId", request.ItemId, Ids.LongestItem, ref errors);
        if (request.Count is < 1 or > MaxCount)
            errors.Add("count", $"count is {request.Count}; it must be 1 to {MaxCount}.");
        if (request.Placement is { Length: > 0 } placement && !options.Value.IsPlacement(placement))
            errors.Add(
                "placement",
                $"placement is '{placement}'; it must be one of {string.Join(", ", options.Value.AllPlacements)}. Leave it out for none."
            );
        CheckText("userId", request.UserId, Ids.LongestUser, ref errors);
        CheckText("country", request.Country, MaxTextLength, ref errors);
        CheckText("segment", request.Segment, MaxTextLength, ref errors);
        CheckIds("excludeItemIds", request.ExcludeItemIds, MaxExcluded, ref errors);
    }

    private static void CheckText(string field, string? value, int longest, ref FieldErrors errors)
    {
        if (value?.Length > longest)
            errors.Add(field, $"{field} must have at most {longest} characters.");
        else if (Ids.HasControl(value))
            errors.Add(field, $"{field} has a control character.");
    }

    private static void CheckIds(string field, string[]? ids, int limit, ref FieldErrors errors)
    {
        if (ids is null)
            return;
        if (ids.Length > limit)
            errors.Add(field, $"{field} has {ids.Length} entries; at most {limit} are allowed.");
        for (int i = 0; i < Math.Min(ids.Length, limit); i++)
        {
            if (string.IsNullOrEmpty(ids[i]) || ids[i].Length > Ids.LongestItem)
                errors.Add($"{field}[{i}]", $"Item ids must have 1 to {Ids.LongestItem} characters.");
            else if (Ids.HasControl(ids[i]))
                errors.Add($"{field}[{i}]", "An item id has a control character.");
        }
    }
}
