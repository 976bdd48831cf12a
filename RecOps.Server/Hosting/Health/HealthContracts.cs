using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Server.Hosting.Health;

/// <summary>Health contracts, and JSON that is passed through unchanged; serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveReport))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class HealthContracts : JsonSerializerContext;
