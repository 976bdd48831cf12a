using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Hosting.OpenApi;

/// <summary>
/// Limits of request fields for the OpenAPI document. Not attributes of the contracts, because the console would then have to ship their
/// validators. Tests check each against the server.
/// </summary>
internal static class OpenApiLimits
{
    private const int Reference = 128;
    private const int Context = 128;

    private static readonly Dictionary<(Type, string), Action<OpenApiSchema>> ByField = new()
    {
        [(typeof(RecommendationRequest), "userId")] = Text(1, Ids.LongestUser),
        [(typeof(RecommendationRequest), "count")] = Count,
        [(typeof(RecommendationRequest), "itemId")] = Text(0, Ids.LongestItem),
        [(typeof(RecommendationRequest), "recentItemIds")] = List(0, 100),
        [(typeof(RecommendationRequest), "country")] = Text(0, Context),
        [(typeof(RecommendationRequest), "segment")] = Text(0, Context),
        [(typeof(RecommendationRequest), "excludeItemIds")] = List(0, 1000),
        [(typeof(SimilarItemsRequest), "count")] = Count,
        [(typeof(SimilarItemsRequest), "userId")] = Text(0, Ids.LongestUser),
        [(typeof(SimilarItemsRequest), "country")] = Text(0, Context),
        [(typeof(SimilarItemsRequest), "segment")] = Text(0, Context),
        [(typeof(SimilarItemsRequest), "excludeItemIds")] = List(0, 1000),
        [(typeof(EventsRequest), "events")] = List(1, 1000),
        [(typeof(ShopEvent), "userId")] = Text(1, Ids.LongestUser),
        [(typeof(ShopEvent), "itemId")] = Text(1, Ids.LongestItem),
        [(typeof(ShopEvent), "type")] = schema => schema.Enum = [.. ShopEventType.All.Select(type => JsonValue.Create(type))],
        [(typeof(ShopEvent), "requestId")] = Text(0, Reference),
        [(typeof(ShopEvent), "eventId")] = Text(1, Reference),
        [(typeof(CatalogUpdateRequest), "items")] = List(1, 1000),
        [(typeof(CatalogItemUpdate), "itemId")] = Text(1, Ids.LongestItem),
        [(typeof(CatalogItemUpdate), "price")] = schema => (schema.Minimum, schema.Maximum) = ("0", "1000000000000"),
    };

    public static void Describe(OpenApiSchema schema, JsonPropertyInfo field)
    {
        if (ByField.TryGetValue((field.DeclaringType, field.Name), out Action<OpenApiSchema>? limit))
            limit(schema);
    }

    private static void Count(OpenApiSchema schema) =>
        (schema.Minimum, schema.Maximum, schema.Default) = ("1", "100", JsonValue.Create(20));

    private static Action<OpenApiSchema> Text(int least, int most) =>
        schema => (schema.MinLength, schema.MaxLength) = (least == 0 ? null : least, most);

    private static Action<OpenApiSchema> List(int least, int most) =>
        schema => (schema.MinItems, schema.MaxItems) = (least == 0 ? null : least, most);
}
