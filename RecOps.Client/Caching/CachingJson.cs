using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>Serializers for the contracts of the result cache.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(PurgeResponse))]
internal sealed partial class CachingJson : JsonSerializerContext;
