using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Demo;

namespace RecOps.Client.Demo;

/// <summary>Serializers for the contracts of the demo shop's traffic.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
internal sealed partial class DemoJson : JsonSerializerContext;
