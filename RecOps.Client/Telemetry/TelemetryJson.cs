using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Serializers for the contracts of figures, alerts and slow requests.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AnnotationList))]
[JsonSerializable(typeof(LatencyMap))]
[JsonSerializable(typeof(CapacityFacts))]
[JsonSerializable(typeof(SlowRequestList))]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(RunbookText))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(TelemetrySnapshot))]
internal sealed partial class TelemetryJson : JsonSerializerContext;
