using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Server.Models.Switching;
using RecOps.Shared.Models;

namespace RecOps.Server.Models;

/// <summary>Models and trials. As they cross the wire, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TrialRequest))]
[JsonSerializable(typeof(RememberedModel))]
internal sealed partial class ModelContracts : JsonSerializerContext;
