namespace RecOps.Shared;

/// <summary>Every path the server answers, so that client, tests and load generators cannot drift from it.</summary>
public static class Routes
{
    public const string Recommendations = "/v1/recommendations";
    public const string RecommendationsBatch = "/v1/recommendations/batch";
    public const string SimilarItems = "/v1/items/{itemId}/similar";
    public const string Events = "/v1/events";
    public const string CatalogItems = "/v1/catalog/items";

    public const string Live = "/health/live";
    public const string Ready = "/health/ready";
    public const string Metrics = "/metrics";
    public const string OpenApi = "/openapi/v1.json";

    public const string TelemetryStream = "/api/telemetry/stream";
    public const string TelemetryHistory = "/api/telemetry/history";
    public const string Users = "/api/users";
    public const string UserProfile = "/api/users/{userId}";
    public const string ItemLookup = "/api/items/lookup";
    public const string DemoTraffic = "/api/demo/traffic";

    public static string RecommendationsFor(string userId) => $"{Recommendations}/{Uri.EscapeDataString(userId)}";

    public static string SimilarTo(string itemId) => $"/v1/items/{Uri.EscapeDataString(itemId)}/similar";

    public static string Profile(string userId) => $"{Users}/{Uri.EscapeDataString(userId)}";
}
