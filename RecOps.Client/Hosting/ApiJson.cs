using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Client.Hosting;

/// <summary>
/// Serializers for what any call can answer. Each feature brings those for its own contracts; all are generated, so that trimming cannot
/// remove them.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
