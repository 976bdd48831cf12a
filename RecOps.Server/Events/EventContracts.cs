using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Events;

namespace RecOps.Server.Events;

/// <summary>Event and attribution contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(AttributionReport))]
internal sealed partial class EventContracts : JsonSerializerContext;
