using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Models;

namespace RecOps.Client.Models;

/// <summary>Serializers for the contracts of models and their trials.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TrialRequest))]
internal sealed partial class ModelsJson : JsonSerializerContext;
