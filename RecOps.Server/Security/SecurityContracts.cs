using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Server.Security.Keys;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>Contracts of sessions, people, keys and the audit log, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredKey[]))]
[JsonSerializable(typeof(SignInRequest))]
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
internal sealed partial class SecurityContracts : JsonSerializerContext;
