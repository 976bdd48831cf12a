using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>Recommendation contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlacementList))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(RecommendationBatchRequest))]
[JsonSerializable(typeof(RecommendationBatchResponse))]
[JsonSerializable(typeof(SimilarItemsRequest))]
[JsonSerializable(typeof(SimilarItemsResponse))]
internal sealed partial class RecommendationContracts : JsonSerializerContext;
