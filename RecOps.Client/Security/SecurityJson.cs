using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Security;

namespace RecOps.Client.Security;

/// <summary>Serializers for the contracts of sessions, people, keys and the audit log.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(PersonList))]
[JsonSerializable(typeof(PersonInfo))]
[JsonSerializable(typeof(NewPerson))]
[JsonSerializable(typeof(PersonUpdate))]
[JsonSerializable(typeof(PersonPassword))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(ApiKeyInfo))]
[JsonSerializable(typeof(NewApiKey))]
[JsonSerializable(typeof(ApiKeyCreated))]
[JsonSerializable(typeof(AuditPage))]
internal sealed partial class SecurityJson : JsonSerializerContext;
