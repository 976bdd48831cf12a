using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Server.Rules.Publishing;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>Rule contracts: documents, versions and previews, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleSelection))]
[JsonSerializable(typeof(RuleDocument))]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleSchedule))]
[JsonSerializable(typeof(RuleDraftInfo))]
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
[JsonSerializable(typeof(PublicationDetails))]
[JsonSerializable(typeof(RulesState))]
[JsonSerializable(typeof(KillSwitchUpdate))]
[JsonSerializable(typeof(PreviewBody))]
[JsonSerializable(typeof(ImpactBody))]
[JsonSerializable(typeof(PreviewResult))]
[JsonSerializable(typeof(ImpactReport))]
[JsonSerializable(typeof(ServedRules))]
[JsonSerializable(typeof(SwitchChange[]))]
internal sealed partial class RuleContracts : JsonSerializerContext;
