using System.Text.Json;
using System.Text.Json.Serialization;
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

namespace RecOps.Client.Hosting;

/// <summary>Serializers for every contract the console speaks, generated so that trimming cannot remove them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlacementList))]
[JsonSerializable(typeof(Nothing))]
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
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleDocument))]
[JsonSerializable(typeof(RuleSelection))]
[JsonSerializable(typeof(RuleSchedule))]
[JsonSerializable(typeof(RuleDraftInfo))]
[JsonSerializable(typeof(Rules.DraftBackup))]
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
[JsonSerializable(typeof(ItemSearchResponse))]
[JsonSerializable(typeof(ItemValuesResponse))]
[JsonSerializable(typeof(AttributionReport))]
[JsonSerializable(typeof(CacheState))]
[JsonSerializable(typeof(CachedUser))]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(DemoTrafficState))]
[JsonSerializable(typeof(DemoTrafficUpdate))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TrialRequest))]
[JsonSerializable(typeof(AnnotationList))]
[JsonSerializable(typeof(LatencyMap))]
[JsonSerializable(typeof(CapacityFacts))]
[JsonSerializable(typeof(SlowRequestList))]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(RunbookText))]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(PurgeResponse))]
[JsonSerializable(typeof(RecommendationRequest))]
[JsonSerializable(typeof(RecommendationResponse))]
[JsonSerializable(typeof(SimilarItemsResponse))]
[JsonSerializable(typeof(TelemetryHistory))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(UserSearchResponse))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
internal sealed partial class ApiJson : JsonSerializerContext;
