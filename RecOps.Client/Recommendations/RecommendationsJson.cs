using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Serializers for the contracts of lists.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PlacementList))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
internal sealed partial class RecommendationsJson : JsonSerializerContext;
