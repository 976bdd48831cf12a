using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Users;

namespace RecOps.Server.Users;

/// <summary>Shopper contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(UserProfile))]
internal sealed partial class UserContracts : JsonSerializerContext;
