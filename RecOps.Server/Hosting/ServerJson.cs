using System.Text.Json.Serialization;
using RecOps.Shared.Caching;
using RecOps.Shared.Catalog;
using RecOps.Shared.Clusters;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;
using RecOps.Shared.Users;

namespace RecOps.Server.Hosting;

/// <summary>Everything that crosses the wire, serialized by generated code.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(RecommendationBatchRequest))]
[JsonSerializable(typeof(RecommendationBatchResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(PurgeResponse))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
[JsonSerializable(typeof(AttributionReport))]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
[JsonSerializable(typeof(RuleSelection))]
[JsonSerializable(typeof(LiveReport))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class ServerJson : JsonSerializerContext;
