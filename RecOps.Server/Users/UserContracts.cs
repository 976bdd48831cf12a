using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Users;

namespace RecOps.Server.Users;

/// <summary>Shoppers. As they cross the wire, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(UserProfile))]
internal sealed partial class UserContracts : JsonSerializerContext;
