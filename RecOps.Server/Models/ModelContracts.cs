using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Server.Models.Switching;
using RecOps.Shared.Models;

namespace RecOps.Server.Models;

/// <summary>Model and trial contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TrialRequest))]
[JsonSerializable(typeof(RememberedModel))]
internal sealed partial class ModelContracts : JsonSerializerContext;
