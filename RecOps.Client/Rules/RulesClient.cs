using System.Globalization;
using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The rules of the server: draft, preview, versions.</summary>
internal sealed class RulesClient(ApiClient api)
{
    public Task<ApiResult<RuleDraftInfo>> DraftAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.RuleDraft, RulesJson.Default.RuleDraftInfo, cancellation);

    /// <param name="revision">Revision that the document is based on; null to overwrite whatever is there.</param>
    public Task<ApiResult<RuleDraftInfo>> SaveAsync(RuleDocument document, int? revision) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.RuleDraft,
            document,
            RulesJson.Default.RuleDocument,
            RulesJson.Default.RuleDraftInfo,
            ifMatch: revision is { } number ? string.Create(CultureInfo.InvariantCulture, $"\"{number}\"") : "*"
        );

    public Task<ApiResult<RuleValidation>> ValidateAsync(RuleDocument document, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RuleValidation,
            document,
            RulesJson.Default.RuleDocument,
            RulesJson.Default.RuleValidation,
            cancellation
        );

    public Task<ApiResult<PreviewResult>> PreviewAsync(PreviewRequest request, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RulePreview,
            request,
            RulesJson.Default.PreviewRequest,
            RulesJson.Default.PreviewResult,
            cancellation
        );

    public Task<ApiResult<ImpactReport>> ImpactAsync(RuleDocument document, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RuleImpact,
            new ImpactRequest { Document = document },
            RulesJson.Default.ImpactRequest,
            RulesJson.Default.ImpactReport,
            cancellation
        );

    public Task<ApiResult<RuleMatches>> MatchesAsync(RuleSelection selection, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RuleMatches,
            selection,
            RulesJson.Default.RuleSelection,
            RulesJson.Default.RuleMatches,
            cancellation
        );

    public Task<ApiResult<RuleWindows>> WindowsAsync(RuleSchedule schedule, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RuleWindows,
            schedule,
            RulesJson.Default.RuleSchedule,
            RulesJson.Default.RuleWindows,
            cancellation
        );

    public Task<ApiResult<RulesState>> StateAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.RuleState, RulesJson.Default.RulesState, cancellation);

    public Task<ApiResult<RuleVersionList>> VersionsAsync() => api.GetAsync(Routes.RuleVersions, RulesJson.Default.RuleVersionList);

    public Task<ApiResult<RuleVersionDetails>> VersionAsync(int version) =>
        api.GetAsync(Routes.VersionOf(version), RulesJson.Default.RuleVersionDetails);

    public Task<ApiResult<PublicationDetails>> PublicationAsync(string id) =>
        api.GetAsync(Routes.PublicationOf(id), RulesJson.Default.PublicationDetails);

    public Task<ApiResult<PublishResult>> PublishAsync(PublishRequest request) =>
        api.SendAsync(HttpMethod.Post, Routes.RulePublish, request, RulesJson.Default.PublishRequest, RulesJson.Default.PublishResult);

    public Task<ApiResult<PublishResult>> RestoreAsync(int version, RestoreRequest request) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RestoreOf(version),
            request,
            RulesJson.Default.RestoreRequest,
            RulesJson.Default.PublishResult
        );

    public Task<ApiResult<PublicationInfo>> ApproveAsync(string id) =>
        api.CallAsync(HttpMethod.Post, Routes.ApprovalOf(id), RulesJson.Default.PublicationInfo);

    public Task<ApiResult<PublicationInfo>> EndAsync(string id) =>
        api.DeleteAsync(Routes.PublicationOf(id), RulesJson.Default.PublicationInfo);

    public Task<ApiResult<RulesState>> SwitchAsync(bool off) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.KillSwitch,
            new KillSwitchUpdate { Enabled = off },
            RulesJson.Default.KillSwitchUpdate,
            RulesJson.Default.RulesState
        );

    public Task<ApiResult<RuleImportResult>> ImportAsync(string format, string text) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.RuleImport,
            new RuleImportRequest { Format = format, Text = text },
            RulesJson.Default.RuleImportRequest,
            RulesJson.Default.RuleImportResult
        );
}
