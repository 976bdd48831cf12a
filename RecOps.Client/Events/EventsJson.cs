using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Events;

namespace RecOps.Client.Events;

/// <summary>Serializers for the contracts of events and attribution.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AttributionReport))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
internal sealed partial class EventsJson : JsonSerializerContext;
