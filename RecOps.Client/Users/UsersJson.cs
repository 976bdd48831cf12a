using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Users;

namespace RecOps.Client.Users;

/// <summary>Serializers for the contracts of shoppers.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(UserSearchResponse))]
internal sealed partial class UsersJson : JsonSerializerContext;
