using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>Alert contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(AlertMessage))]
[JsonSerializable(typeof(RunbookText))]
internal sealed partial class AlertContracts : JsonSerializerContext;
