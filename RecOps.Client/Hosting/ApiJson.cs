using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Caching;
using RecOps.Shared.Catalog;
using RecOps.Shared.Clusters;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Shared.Users;

namespace RecOps.Client.Hosting;

/// <summary>Serializers for every contract the console speaks, generated so that trimming cannot remove them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AttributionReport))]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(PurgeResponse))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
internal sealed partial class ApiJson : JsonSerializerContext;
