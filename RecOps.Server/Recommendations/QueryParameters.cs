using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>The query string of <c>GET /v1/recommendations/{userId}</c>, as text so that every mistake can be named.</summary>
internal struct QueryParameters
{
    /// <summary>How many items to answer, 1 to 100. Default 20.</summary>
    [FromQuery(Name = "count")]
    public string? Count { get; set; }

    /// <summary>Where the list stands. Default home, or the first that is configured where there is no home.</summary>
    [FromQuery(Name = "placement")]
    public string? Placement { get; set; }

    /// <summary>The item being looked at, if any.</summary>
    [FromQuery(Name = "itemId")]
    public string? ItemId { get; set; }

    [FromQuery(Name = "country")]
    public string? Country { get; set; }

    [FromQuery(Name = "segment")]
    public string? Segment { get; set; }

    /// <summary>Adds timings and the shopper's cluster to the answer. Default false.</summary>
    [FromQuery(Name = "explain")]
    public string? Explain { get; set; }

    private static readonly string[] Names = ["count", "placement", "itemId", "country", "segment", "explain"];
    private static readonly string[] OnlyInBody = ["excludeItemIds", "recentItemIds", "attributes"];
    private string? _twice;
    private string? _unknown;

    /// <summary>Repeated and unknown parameters are mistakes that <see cref="ToRequest"/> reports.</summary>
    public static QueryParameters Parse(QueryString query)
    {
        var parameters = new QueryParameters();
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query.Value))
        {
            ReadOnlySpan<char> name = pair.DecodeName().Span;
            if (Is(name, "count"))
                parameters.Count = parameters.With("count", parameters.Count, pair);
            else if (Is(name, "placement"))
                parameters.Placement = parameters.With("placement", parameters.Placement, pair);
            else if (Is(name, "itemId"))
                parameters.ItemId = parameters.With("itemId", parameters.ItemId, pair);
            else if (Is(name, "country"))
                parameters.Country = parameters.With("country", parameters.Country, pair);
            else if (Is(name, "segment"))
                parameters.Segment = parameters.With("segment", parameters.Segment, pair);
            else if (Is(name, "explain"))
                parameters.Explain = parameters.With("explain", parameters.Explain, pair);
            else
                parameters._unknown ??= name.ToString();
        }

        return parameters;
    }

    public readonly RecommendationRequest ToRequest(string userId, ref FieldErrors errors)
    {
        if (_twice is not null)
            errors.Add(_twice, $"{_twice} appears twice. Send it once.");
        if (_unknown is not null)
            errors.Add(_unknown, UnknownParameter.Describe(_unknown, Names, OnlyInBody, $"POST {Routes.Recommendations}"));
        var defaults = new RecommendationRequest();
        int count = defaults.Count;
        if (
            _twice != "count"
            && !string.IsNullOrEmpty(Count)
            && !int.TryParse(Count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count)
        )
        {
            errors.Add("count", $"count is '{Count}'; it must be a whole number.");
            count = defaults.Count;
        }

        bool explain = false;
        if (_twice != "explain" && !string.IsNullOrEmpty(Explain) && !bool.TryParse(Explain, out explain))
            errors.Add("explain", $"explain is '{Explain}'; it must be true or false.");
        return new RecommendationRequest
        {
            UserId = userId,
            Count = count,
            Placement = _twice == "placement" ? null : Text(Placement),
            ItemId = Text(ItemId),
            Country = Text(Country),
            Segment = Text(Segment),
            Explain = explain,
        };
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private string With(string name, string? before, QueryStringEnumerable.EncodedNameValuePair pair)
    {
        string value = pair.DecodeValue().ToString();
        if (before is null)
            return value;
        _twice = name;
        return $"{before},{value}";
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
