using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>Telemetry contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(AnnotationList))]
[JsonSerializable(typeof(LatencyMap))]
[JsonSerializable(typeof(CapacityFacts))]
[JsonSerializable(typeof(SlowRequestList))]
internal sealed partial class TelemetryContracts : JsonSerializerContext;
