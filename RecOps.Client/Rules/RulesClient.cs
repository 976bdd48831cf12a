using System.Globalization;
using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The rules of the server: draft, preview, versions.</summary>
internal sealed class RulesClient(ApiClient api)
{
    public Task<ApiResult<RuleDraftInfo>> DraftAsync(CancellationToken cancellation = default)
        => api.GetAsync(Routes.RuleDraft, ApiJson.Default.RuleDraftInfo, cancellation);

    /// <param name="revision">That the document was changed from; null to overwrite whatever is there.</param>
    public Task<ApiResult<RuleDraftInfo>> SaveAsync(RuleDocument document, int? revision) => api.SendAsync(
        HttpMethod.Put, Routes.RuleDraft, document, ApiJson.Default.RuleDocument, ApiJson.Default.RuleDraftInfo,
        ifMatch: revision is { } number ? string.Create(CultureInfo.InvariantCulture, $"\"{number}\"") : "*");

    public Task<ApiResult<RuleValidation>> ValidateAsync(RuleDocument document, CancellationToken cancellation = default) => api.SendAsync(
        HttpMethod.Post, Routes.RuleValidation, document, ApiJson.Default.RuleDocument, ApiJson.Default.RuleValidation, cancellation);

    public Task<ApiResult<PreviewResult>> PreviewAsync(PreviewRequest request, CancellationToken cancellation = default) => api.SendAsync(
        HttpMethod.Post, Routes.RulePreview, request, ApiJson.Default.PreviewRequest, ApiJson.Default.PreviewResult, cancellation);

    public Task<ApiResult<ImpactReport>> ImpactAsync(RuleDocument document, CancellationToken cancellation = default) => api.SendAsync(
        HttpMethod.Post, Routes.RuleImpact, new ImpactRequest { Document = document }, ApiJson.Default.ImpactRequest, ApiJson.Default.ImpactReport, cancellation);

    public Task<ApiResult<RuleMatches>> MatchesAsync(RuleSelection selection, CancellationToken cancellation = default) => api.SendAsync(
        HttpMethod.Post, Routes.RuleMatches, selection, ApiJson.Default.RuleSelection, ApiJson.Default.RuleMatches, cancellation);

    public Task<ApiResult<RuleWindows>> WindowsAsync(RuleSchedule schedule, CancellationToken cancellation = default) => api.SendAsync(
        HttpMethod.Post, Routes.RuleWindows, schedule, ApiJson.Default.RuleSchedule, ApiJson.Default.RuleWindows, cancellation);

    public Task<ApiResult<ItemSearchResponse>> SearchAsync(string text, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.ItemSearch}?query={Uri.EscapeDataString(text)}", ApiJson.Default.ItemSearchResponse, cancellation);

    public Task<ApiResult<ItemValuesResponse>> ValuesAsync(string field, string text, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.ItemValues}?field={Uri.EscapeDataString(field)}&query={Uri.EscapeDataString(text)}", ApiJson.Default.ItemValuesResponse, cancellation);

    public Task<ApiResult<RulesState>> StateAsync(CancellationToken cancellation = default)
        => api.GetAsync(Routes.RuleState, ApiJson.Default.RulesState, cancellation);

    public Task<ApiResult<RuleVersionList>> VersionsAsync() => api.GetAsync(Routes.RuleVersions, ApiJson.Default.RuleVersionList);

    public Task<ApiResult<RuleVersionDetails>> VersionAsync(int version) => api.GetAsync(Routes.VersionOf(version), ApiJson.Default.RuleVersionDetails);

    public Task<ApiResult<PublicationDetails>> PublicationAsync(string id) => api.GetAsync(Routes.PublicationOf(id), ApiJson.Default.PublicationDetails);

    public Task<ApiResult<PublishResult>> PublishAsync(PublishRequest request)
        => api.SendAsync(HttpMethod.Post, Routes.RulePublish, request, ApiJson.Default.PublishRequest, ApiJson.Default.PublishResult);

    public Task<ApiResult<PublishResult>> RestoreAsync(int version, RestoreRequest request)
        => api.SendAsync(HttpMethod.Post, Routes.RestoreOf(version), request, ApiJson.Default.RestoreRequest, ApiJson.Default.PublishResult);

    public Task<ApiResult<PublicationInfo>> ApproveAsync(string id) => api.CallAsync(HttpMethod.Post, Routes.ApprovalOf(id), ApiJson.Default.PublicationInfo);

    public Task<ApiResult<PublicationInfo>> EndAsync(string id) => api.DeleteAsync(Routes.PublicationOf(id), ApiJson.Default.PublicationInfo);

    public Task<ApiResult<RulesState>> SwitchAsync(bool off) => api.SendAsync(
        HttpMethod.Put, Routes.KillSwitch, new KillSwitchUpdate { Enabled = off }, ApiJson.Default.KillSwitchUpdate, ApiJson.Default.RulesState);

    public Task<ApiResult<RuleImportResult>> ImportAsync(string format, string text) => api.SendAsync(
        HttpMethod.Post, Routes.RuleImport, new RuleImportRequest { Format = format, Text = text }, ApiJson.Default.RuleImportRequest,
        ApiJson.Default.RuleImportResult);
}
