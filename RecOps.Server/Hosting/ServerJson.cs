using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Server.Models.Switching;
using RecOps.Server.Rules;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Security;
using RecOps.Shared.Caching;
using RecOps.Shared.Catalog;
using RecOps.Shared.Clusters;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Models;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using RecOps.Shared.Users;

namespace RecOps.Server.Hosting;

/// <summary>Everything that crosses the wire, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlacementList))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(RecommendationBatchRequest))]
[JsonSerializable(typeof(RecommendationBatchResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(PurgeResponse))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
[JsonSerializable(typeof(AttributionReport))]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
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
[JsonSerializable(typeof(ItemSearchResponse))]
[JsonSerializable(typeof(ItemValuesResponse))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ServedRules))]
[JsonSerializable(typeof(SwitchTurn[]))]
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
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TrialRequest))]
[JsonSerializable(typeof(RememberedModel))]
[JsonSerializable(typeof(AnnotationList))]
[JsonSerializable(typeof(LatencyMap))]
[JsonSerializable(typeof(CapacityFacts))]
[JsonSerializable(typeof(SlowRequestList))]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(AlertMessage))]
[JsonSerializable(typeof(RunbookText))]
[JsonSerializable(typeof(LiveReport))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class ServerJson : JsonSerializerContext;
