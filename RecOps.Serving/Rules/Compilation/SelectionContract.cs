using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>What a rule selects, as it is hashed: the same text in every process.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleSelection))]
internal sealed partial class SelectionContract : JsonSerializerContext;
