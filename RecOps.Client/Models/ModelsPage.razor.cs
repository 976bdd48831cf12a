using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Models;

namespace RecOps.Client.Models;

/// <summary>
/// Which bundles there are, how good each is, and which one serves. The bundle whose figures are shown is in the address.
/// </summary>
public sealed partial class ModelsPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private ModelList? _models;
    private ApiProblem? _problem;
    private ApiProblem? _refused;
    private string? _wanting;
    private bool _goingBack;
    private bool _busy;

    [Inject]
    internal ModelsClient Models { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    /// <summary>Bundle whose figures are shown; the active one by default.</summary>
    [SupplyParameterFromQuery(Name = "bundle")]
    public string? Bundle { get; set; }

    private BundleInfo? Shown =>
        _models is null ? null : Array.Find(_models.Bundles, bundle => bundle.Name == (Bundle ?? _models.Active?.Bundle));

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override void OnInitialized() =>
        _ = Polling.RunAsync(
            LoadAsync,
            () => TimeSpan.FromSeconds(_models?.Work is not null || _busy ? 1 : 3),
            Page,
            Clock,
            _leaving.Token
        );

    private static string LinkTo(string bundle) => $"models?bundle={Uri.EscapeDataString(bundle)}";

    private async Task LoadAsync()
    {
        ApiResult<ModelList> answer = await Models.ListAsync(_leaving.Token);
        (_models, _problem) = (answer.Value ?? _models, answer.Problem);
        if (!_leaving.IsCancellationRequested)
            StateHasChanged();
    }

    private void Take(ModelList changed)
    {
        string? name = _wanting;
        (_models, _wanting, _refused) = (changed, null, null);
        if (changed.Active?.Bundle == name)
            Messages.Add($"{name} now serves every shopper.");
        else if (changed.Canary?.Bundle == name)
            Messages.Add($"{name} serves {ModelText.Share(changed.Canary!.Share)} of the shoppers.");
        else
            Messages.Add($"{name} is compared on {ModelText.Share(changed.Shadow?.Share ?? 0)} of the requests.");
    }

    private Task RollBackAsync() =>
        DoAsync(Models.RollBackAsync(_leaving.Token), changed => $"{changed.Active?.Bundle} serves every shopper again.");

    private Task PromoteAsync() =>
        DoAsync(Models.PromoteAsync(_leaving.Token), changed => $"{changed.Active?.Bundle} now serves every shopper.");

    private Task StopCanaryAsync() =>
        DoAsync(Models.StopCanaryAsync(_leaving.Token), changed => $"{changed.Active?.Bundle} serves every shopper again.");

    private Task StopShadowAsync() => DoAsync(Models.StopShadowAsync(_leaving.Token), _ => "The shadow has stopped.");

    private async Task DoAsync(Task<ApiResult<ModelList>> call, Func<ModelList, string> said)
    {
        (_busy, _refused) = (true, null);
        StateHasChanged();
        ApiResult<ModelList> answer = await call;
        (_busy, _goingBack, _refused) = (false, false, answer.Problem);
        if (!answer.Succeeded)
            return;

        _models = answer.Value;
        Messages.Add(said(answer.Value));
    }
}
