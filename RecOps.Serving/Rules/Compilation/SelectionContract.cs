using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>A rule's selection as canonical text for hashing: the same in every process.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleSelection))]
internal sealed partial class SelectionContract : JsonSerializerContext;
