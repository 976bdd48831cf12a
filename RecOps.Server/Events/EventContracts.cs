using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Events;

namespace RecOps.Server.Events;

/// <summary>Events, and what came of lists. As they cross the wire, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(AttributionReport))]
internal sealed partial class EventContracts : JsonSerializerContext;
