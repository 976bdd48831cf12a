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
    public const string TelemetrySnapshot = "/api/telemetry/snapshot";
    public const string TelemetryHistory = "/api/telemetry/history";
    public const string LatencyMap = "/api/telemetry/latency-map";
    public const string SlowRequests = "/api/telemetry/slow";
    public const string Users = "/api/users";
    public const string UserProfile = "/api/users/{userId}";
    public const string Placements = "/api/placements";
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

    public const string Models = "/api/models";
    public const string ModelActivation = "/api/models/{name}/activate";
    public const string ModelRollback = "/api/models/rollback";
    public const string ModelShadow = "/api/models/shadow";
    public const string ModelCanary = "/api/models/canary";
    public const string ModelPromotion = "/api/models/canary/promote";
    public const string Annotations = "/api/telemetry/annotations";
    public const string Capacity = "/api/capacity";
    public const string Alerts = "/api/alerts";
    public const string AlertAcknowledgement = "/api/alerts/{rule}/acknowledge";
    public const string AlertSilence = "/api/alerts/{rule}/silence";
    public const string Runbook = "/api/runbooks/{name}";

    /// <summary>A separate page, not part of the console.</summary>
    public const string SignIn = "/signin";
    public const string SignInElsewhere = "/signin/elsewhere";
    public const string Session = "/api/session";
    public const string SessionPassword = "/api/session/password";
    public const string People = "/api/people";
    public const string Person = "/api/people/{user}";
    public const string PersonPassword = "/api/people/{user}/password";
    public const string Keys = "/api/keys";
    public const string Key = "/api/keys/{keyId}";
    public const string Audit = "/api/audit";
    public const string AuditExport = "/api/audit/export";

    public const string RuleDraft = "/api/rules/draft";
    public const string RuleValidation = "/api/rules/validate";
    public const string RulePreview = "/api/rules/preview";
    public const string RuleImpact = "/api/rules/impact";
    public const string RuleImport = "/api/rules/import";
    public const string RuleExport = "/api/rules/export";
    public const string RuleMatches = "/api/rules/matches";
    public const string RuleWindows = "/api/rules/windows";
    public const string RulePublish = "/api/rules/publish";
    public const string RuleVersions = "/api/rules/versions";
    public const string RuleVersion = "/api/rules/versions/{version:int}";
    public const string RuleRestore = "/api/rules/versions/{version:int}/restore";
    public const string RulePublications = "/api/rules/publications";
    public const string RulePublication = "/api/rules/publications/{publicationId}";
    public const string RuleApproval = "/api/rules/publications/{publicationId}/approve";
    public const string KillSwitch = "/api/rules/kill-switch";
    public const string RuleState = "/api/rules/state";
    public const string ItemSearch = "/api/items/search";
    public const string ItemValues = "/api/items/values";
    public const string Replicas = "/api/replicas";

    /// <summary>For links resolved against the console's address, which may be under a path.</summary>
    public static string Relative(string route) => route[1..];

    public static string RecommendationsFor(string userId) => $"{Recommendations}/{Uri.EscapeDataString(userId)}";

    public static string SimilarTo(string itemId) => $"/v1/items/{Uri.EscapeDataString(itemId)}/similar";

    public static string CachedFor(string userId) => $"{Cache}/users/{Uri.EscapeDataString(userId)}";

    public static string PersonOf(string user) => $"{People}/{Uri.EscapeDataString(user)}";

    public static string PasswordOf(string user) => $"{PersonOf(user)}/password";

    public static string KeyOf(string keyId) => $"{Keys}/{Uri.EscapeDataString(keyId)}";

    public static string VersionOf(int version) => $"{RuleVersions}/{version}";

    public static string RestoreOf(int version) => $"{RuleVersions}/{version}/restore";

    public static string PublicationOf(string publicationId) => $"{RulePublications}/{Uri.EscapeDataString(publicationId)}";

    public static string ApprovalOf(string publicationId) => $"{PublicationOf(publicationId)}/approve";

    public static string ActivationOf(string bundle) => $"{Models}/{Uri.EscapeDataString(bundle)}/activate";

    public static string AcknowledgementOf(string rule) => $"{Alerts}/{Uri.EscapeDataString(rule)}/acknowledge";

    public static string SilenceOf(string rule) => $"{Alerts}/{Uri.EscapeDataString(rule)}/silence";

    public static string RunbookOf(string name) => $"/api/runbooks/{Uri.EscapeDataString(name)}";

    /// <summary>The console's page.</summary>
    public static string RunbookPageOf(string name) => $"/runbooks/{Uri.EscapeDataString(name)}";

    public static string ClusterOf(int clusterId) => $"{Clusters}/{clusterId}";

    public static string WarmRunOf(string runId) => $"{WarmRuns}/{Uri.EscapeDataString(runId)}";

    public static string Profile(string userId) => $"{Users}/{Uri.EscapeDataString(userId)}";
}
