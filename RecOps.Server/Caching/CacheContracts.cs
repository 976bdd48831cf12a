using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Caching;

namespace RecOps.Server.Caching;

/// <summary>Cache contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(PurgeResponse))]
internal sealed partial class CacheContracts : JsonSerializerContext;
