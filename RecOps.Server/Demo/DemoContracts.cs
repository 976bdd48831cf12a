using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Demo;

/// <summary>Contracts of the demo traffic and of the calls that it makes, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(EventsRequest))]
internal sealed partial class DemoContracts : JsonSerializerContext;
