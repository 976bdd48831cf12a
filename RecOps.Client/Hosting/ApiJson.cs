using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Catalog;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Shared.Users;

namespace RecOps.Client.Hosting;

/// <summary>Serializers for every contract the console speaks, generated so that trimming cannot remove them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(UserSearchResponse))]
internal sealed partial class ApiJson : JsonSerializerContext;
