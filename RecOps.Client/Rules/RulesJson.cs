using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Serializers for the contracts of rules, and for changes kept only in this browser.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleDocument))]
[JsonSerializable(typeof(RuleSelection))]
[JsonSerializable(typeof(RuleSchedule))]
[JsonSerializable(typeof(RuleDraftInfo))]
[JsonSerializable(typeof(DraftBackup))]
[JsonSerializable(typeof(RuleValidation))]
[JsonSerializable(typeof(RuleImportRequest))]
[JsonSerializable(typeof(RuleImportResult))]
[JsonSerializable(typeof(RuleMatches))]
[JsonSerializable(typeof(RuleWindows))]
[JsonSerializable(typeof(RuleVersionList))]
[JsonSerializable(typeof(RuleVersionDetails))]
[JsonSerializable(typeof(PublishRequest))]
[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(RestoreRequest))]
[JsonSerializable(typeof(PublicationInfo))]
[JsonSerializable(typeof(PublicationDetails))]
[JsonSerializable(typeof(RulesState))]
[JsonSerializable(typeof(KillSwitchUpdate))]
[JsonSerializable(typeof(PreviewRequest))]
[JsonSerializable(typeof(PreviewResult))]
[JsonSerializable(typeof(ImpactRequest))]
[JsonSerializable(typeof(ImpactReport))]
internal sealed partial class RulesJson : JsonSerializerContext;
