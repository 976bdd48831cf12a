using System.Globalization;
using RecOps.Client.Shell;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>What is being tried. It is in the page's address, so that a link shows a colleague the same list.</summary>
/// <param name="UserId">Empty until a shopper is chosen; may be unknown to the model.</param>
/// <param name="Count">As typed; the server validates it.</param>
public sealed record TryState(string UserId, string Placement, int Count, string ItemId, string Country, string Segment)
{
    public static TryState Default { get; } = new("", "home", 12, "", "", "");

    /// <summary>True when something other than shopper, placement and count is set.</summary>
    public bool HasAdvanced => ItemId.Length + Country.Length + Segment.Length > 0;

    /// <summary>How many rows to keep free while the list loads.</summary>
    internal int SkeletonRows => Math.Clamp(Count, 1, 20);

    /// <summary>Reads a query string; absent or invalid values become the default.</summary>
    internal static TryState Parse(string query)
    {
        IReadOnlyDictionary<string, string> values = QueryText.Parse(query);
        return new(
            values.GetValueOrDefault("user", ""),
            values.GetValueOrDefault("placement", Default.Placement),
            int.TryParse(values.GetValueOrDefault("count"), CultureInfo.InvariantCulture, out int count) ? count : Default.Count,
            values.GetValueOrDefault("item", ""),
            values.GetValueOrDefault("country", ""),
            values.GetValueOrDefault("segment", "")
        );
    }

    /// <summary>The query string, without values at their default.</summary>
    internal string ToQuery() =>
        QueryText.Format(
            ("user", UserId),
            ("placement", Placement == Default.Placement ? null : Placement),
            ("count", Count == Default.Count ? null : Count.ToString(CultureInfo.InvariantCulture)),
            ("item", ItemId),
            ("country", Country),
            ("segment", Segment)
        );

    internal RecommendationRequest ToRequest() =>
        new()
        {
            UserId = UserId,
            Placement = Placement,
            Count = Count,
            ItemId = Optional(ItemId),
            Country = Optional(Country),
            Segment = Optional(Segment),
            Explain = true,
        };

    private static string? Optional(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
