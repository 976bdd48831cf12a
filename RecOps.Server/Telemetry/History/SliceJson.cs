using System.Text.Json.Serialization;

namespace RecOps.Server.Telemetry.History;

/// <summary>Serialization of slices.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(TelemetrySlice))]
internal sealed partial class SliceJson : JsonSerializerContext;
