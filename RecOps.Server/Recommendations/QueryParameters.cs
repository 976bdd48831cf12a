using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using RecOps.Server.Hosting;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>The query string of <c>GET /v1/recommendations/{userId}</c>, as text so that every mistake can be named.</summary>
internal struct QueryParameters
{
    /// <summary>How many items to answer, 1 to 100. Default 20.</summary>
    [FromQuery(Name = "count")]
    public string? Count { get; set; }

    /// <summary>Where the list stands. Default home.</summary>
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

    /// <summary>What is said twice is put together with a comma, as the framework does; that is then what the mistake names.</summary>
    public static QueryParameters Parse(QueryString query)
    {
        var parameters = new QueryParameters();
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query.Value))
        {
            ReadOnlySpan<char> name = pair.DecodeName().Span;
            if (Is(name, "count")) parameters.Count = With(parameters.Count, pair);
            else if (Is(name, "placement")) parameters.Placement = With(parameters.Placement, pair);
            else if (Is(name, "itemId")) parameters.ItemId = With(parameters.ItemId, pair);
            else if (Is(name, "country")) parameters.Country = With(parameters.Country, pair);
            else if (Is(name, "segment")) parameters.Segment = With(parameters.Segment, pair);
            else if (Is(name, "explain")) parameters.Explain = With(parameters.Explain, pair);
        }

        return parameters;
    }

    public readonly RecommendationRequest ToRequest(string userId, ref FieldErrors errors)
    {
        var defaults = new RecommendationRequest();
        int count = defaults.Count;
        if (!string.IsNullOrEmpty(Count) && !int.TryParse(Count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count))
        {
            errors.Add("count", $"count is '{Count}'; it must be a whole number.");
            count = defaults.Count;
        }

        bool explain = false;
        if (!string.IsNullOrEmpty(Explain) && !bool.TryParse(Explain, out explain))
            errors.Add("explain", $"explain is '{Explain}'; it must be true or false.");
        return new RecommendationRequest
        {
            UserId = userId,
            Count = count,
            Placement = string.IsNullOrEmpty(Placement) ? defaults.Placement : Placement,
            ItemId = Text(ItemId),
            Country = Text(Country),
            Segment = Text(Segment),
            Explain = explain,
        };
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private static string With(string? before, QueryStringEnumerable.EncodedNameValuePair pair)
    {
        string value = pair.DecodeValue().ToString();
        return before is null ? value : $"{before},{value}";
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
