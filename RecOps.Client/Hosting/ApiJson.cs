using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Client.Hosting;

/// <summary>
/// Serializers for responses that any call can have. Each feature adds those for its own contracts. All are generated, so trimming
/// cannot remove them.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
