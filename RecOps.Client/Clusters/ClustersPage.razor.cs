using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using RecOps.Client.Events;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Clusters;
using RecOps.Shared.Events;

namespace RecOps.Client.Clusters;

/// <summary>Who shops here, how each group is served, and warm-up runs. The open cluster and the order are in the address.</summary>
public sealed partial class ClustersPage : ComponentBase, IDisposable
{
    private static readonly (ClusterOrder, string)[] OrderOptions =
    [
        (ClusterOrder.Id, "Id"),
        (ClusterOrder.Users, "Shoppers"),
        (ClusterOrder.Traffic, "Traffic"),
        (ClusterOrder.HitRate, "Lowest hit rate"),
        (ClusterOrder.Cached, "Cached"),
    ];

    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<int> _chosen = [];
    private ClusterList? _list;
    private ApiProblem? _problem;
    private WarmRun[] _runs = [];
    private ClusterOrder _order;
    private int? _open;
    private ClusterProfile? _profile;
    private ApiProblem? _profileProblem;
    private int _usersPerCluster = 500;
    private string _placement = "home";
    private WarmPlan? _plan;
    private ApiProblem? _warmProblem;
    private AttributionReport? _earned;
    private ApiProblem? _earnedProblem;

    [Inject]
    internal ClustersClient Clusters { get; set; } = default!;

    [Inject]
    internal EventsClient Events { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    private WarmRequest Request =>
        new()
        {
            ClusterIds = [.. _chosen.Order()],
            UsersPerCluster = _usersPerCluster,
            Placement = _placement,
        };

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        IReadOnlyDictionary<string, string> query = QueryText.Parse(new Uri(Navigation.Uri).Query);
        _open = int.TryParse(query.GetValueOrDefault("cluster"), CultureInfo.InvariantCulture, out int cluster) ? cluster : null;
        _order =
            Enum.TryParse(query.GetValueOrDefault("sort"), ignoreCase: true, out ClusterOrder sort) && Enum.IsDefined(sort)
                ? sort
                : ClusterOrder.Id;
        _ = Polling.RunAsync(LoadAsync, () => TimeSpan.FromSeconds(3), Page, Clock, _leaving.Token);
        _ = Polling.RunAsync(
            LoadRunsAsync,
            () => TimeSpan.FromSeconds(Array.Exists(_runs, run => !run.IsOver) ? 1 : 5),
            Page,
            Clock,
            _leaving.Token
        );
        _ = Polling.RunAsync(LoadEarnedAsync, () => TimeSpan.FromSeconds(10), Page, Clock, _leaving.Token);
        await LoadProfileAsync();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Describe(ClusterSummary cluster) =>
        $"Cluster {cluster.Id}: {cluster.Label}. {Quantity.Count(cluster.Users)} shoppers, hit rate "
        + $"{Quantity.Percent(100 * cluster.HitRate)}.";

    private async Task LoadAsync()
    {
        ApiResult<ClusterList> answer = await Clusters.ListAsync(_leaving.Token);
        (_list, _problem) = (answer.Value ?? _list, answer.Problem);
        Refresh();
    }

    private async Task LoadRunsAsync()
    {
        ApiResult<WarmRunList> answer = await Clusters.RunsAsync(_leaving.Token);
        _runs = answer.Value?.Runs ?? _runs;
        Refresh();
    }

    private async Task LoadEarnedAsync()
    {
        ApiResult<AttributionReport> answer = await Events.AttributionAsync(_leaving.Token);
        (_earned, _earnedProblem) = (answer.Value ?? _earned, answer.Problem);
        Refresh();
    }

    private async Task LoadProfileAsync()
    {
        _profileProblem = null;
        if (_open is not { } cluster)
            return;

        ApiResult<ClusterProfile> answer = await Clusters.ProfileAsync(cluster, _leaving.Token);
        if (_open == cluster)
            (_profile, _profileProblem) = (answer.Value, answer.Problem);
        Refresh();
    }

    private Task OpenAsync(int? cluster)
    {
        (_open, _profile) = (cluster, null);
        Show();
        return LoadProfileAsync();
    }

    private Task OnSpotKeyAsync(KeyboardEventArgs key, int cluster) => key.Key is "Enter" or " " ? OpenAsync(cluster) : Task.CompletedTask;

    private void SetOrder(ClusterOrder next)
    {
        _order = next;
        Show();
    }

    private void Choose(int cluster)
    {
        if (!_chosen.Remove(cluster))
            _chosen.Add(cluster);
        _plan = null;
    }

    private void SetUsersAsync(ChangeEventArgs change)
    {
        _usersPerCluster = int.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out int users) ? users : 0;
        _plan = null;
    }

    private void SetPlacementAsync(ChangeEventArgs change)
    {
        _placement = change.Value?.ToString() ?? "";
        _plan = null;
    }

    private async Task PlanAsync()
    {
        ApiResult<WarmPlan> answer = await Clusters.PlanAsync(Request, _leaving.Token);
        (_plan, _warmProblem) = (answer.Value, answer.Problem);
    }

    private async Task StartAsync()
    {
        ApiResult<WarmRun> answer = await Clusters.WarmAsync(Request, _leaving.Token);
        _warmProblem = answer.Problem;
        if (!answer.Succeeded)
            return;

        _plan = null;
        _runs = [answer.Value, .. _runs];
        Messages.Add("Warm-up started; live requests take priority.");
        await LoadRunsAsync();
    }

    private async Task CancelAsync(string run)
    {
        ApiResult<WarmRun> answer = await Clusters.CancelAsync(run, _leaving.Token);
        if (answer.Problem is { } failed)
            Messages.Add($"{failed.Title}. {failed.Detail}", Severity.Error);
        await LoadRunsAsync();
    }

    private void Show() =>
        Navigation.NavigateTo(
            "clusters"
                + QueryText.Format(
                    ("cluster", _open?.ToString(CultureInfo.InvariantCulture)),
                    ("sort", _order == ClusterOrder.Id ? null : _order.ToString().ToLowerInvariant())
                ),
            replace: true
        );

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
