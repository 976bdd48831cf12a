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
    public const string Cache = "/api/cache";
    public const string CachedUser = "/api/cache/users/{userId}";
    public const string Clusters = "/api/clusters";
    public const string Cluster = "/api/clusters/{clusterId:int}";
    public const string WarmRuns = "/api/warm-runs";
    public const string WarmRun = "/api/warm-runs/{runId}";
    public const string WarmPlan = "/api/warm-runs/plan";
    public const string Attribution = "/api/attribution";

    public static string RecommendationsFor(string userId) => $"{Recommendations}/{Uri.EscapeDataString(userId)}";

    public static string SimilarTo(string itemId) => $"/v1/items/{Uri.EscapeDataString(itemId)}/similar";

    public static string CachedFor(string userId) => $"{Cache}/users/{Uri.EscapeDataString(userId)}";

    public static string ClusterOf(int clusterId) => $"{Clusters}/{clusterId}";

    public static string WarmRunOf(string runId) => $"{WarmRuns}/{Uri.EscapeDataString(runId)}";

    public static string Profile(string userId) => $"{Users}/{Uri.EscapeDataString(userId)}";
}
