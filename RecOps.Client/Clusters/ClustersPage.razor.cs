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

/// <summary>Who shops here, how each group is served, and warm runs. The open cluster and the order are in the address.</summary>
public sealed partial class ClustersPage : ComponentBase, IDisposable
{
    private static readonly (ClusterOrder, string)[] OrderOptions =
    [
        (ClusterOrder.Id, "Id"), (ClusterOrder.Users, "Shoppers"), (ClusterOrder.Traffic, "Traffic"), (ClusterOrder.HitRate, "Lowest hit rate"),
        (ClusterOrder.Cached, "Cached"),
    ];

    private readonly CancellationTokenSource leaving = new();
    private readonly HashSet<int> chosen = [];
    private ClusterList? list;
    private ApiProblem? problem;
    private WarmRun[] runs = [];
    private ClusterOrder order;
    private int? open;
    private ClusterProfile? profile;
    private ApiProblem? profileProblem;
    private int usersPerCluster = 500;
    private string placement = "home";
    private WarmPlan? plan;
    private ApiProblem? warmProblem;
    private AttributionReport? earned;
    private ApiProblem? earnedProblem;

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

    private WarmRequest Request => new() { ClusterIds = [.. chosen.Order()], UsersPerCluster = usersPerCluster, Placement = placement };

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        IReadOnlyDictionary<string, string> query = QueryText.Parse(new Uri(Navigation.Uri).Query);
        open = int.TryParse(query.GetValueOrDefault("cluster"), CultureInfo.InvariantCulture, out int cluster) ? cluster : null;
        order = Enum.TryParse(query.GetValueOrDefault("sort"), ignoreCase: true, out ClusterOrder sort) && Enum.IsDefined(sort) ? sort : ClusterOrder.Id;
        _ = Polling.RunAsync(LoadAsync, () => TimeSpan.FromSeconds(3), Page, Clock, leaving.Token);
        _ = Polling.RunAsync(LoadRunsAsync, () => TimeSpan.FromSeconds(Array.Exists(runs, run => !run.IsOver) ? 1 : 5), Page, Clock, leaving.Token);
        _ = Polling.RunAsync(LoadEarnedAsync, () => TimeSpan.FromSeconds(10), Page, Clock, leaving.Token);
        await LoadProfileAsync();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Describe(ClusterSummary cluster) =>
        $"Cluster {cluster.Id}: {cluster.Label}. {Quantity.Count(cluster.Users)} shoppers, hit rate {Quantity.Percent(100 * cluster.HitRate)}.";

    private async Task LoadAsync()
    {
        ApiResult<ClusterList> answer = await Clusters.ListAsync(leaving.Token);
        (list, problem) = (answer.Value ?? list, answer.Problem);
        Refresh();
    }

    private async Task LoadRunsAsync()
    {
        ApiResult<WarmRunList> answer = await Clusters.RunsAsync(leaving.Token);
        runs = answer.Value?.Runs ?? runs;
        Refresh();
    }

    private async Task LoadEarnedAsync()
    {
        ApiResult<AttributionReport> answer = await Events.AttributionAsync(leaving.Token);
        (earned, earnedProblem) = (answer.Value ?? earned, answer.Problem);
        Refresh();
    }

    private async Task LoadProfileAsync()
    {
        profileProblem = null;
        if (open is not { } cluster)
            return;

        ApiResult<ClusterProfile> answer = await Clusters.ProfileAsync(cluster, leaving.Token);
        if (open == cluster)
            (profile, profileProblem) = (answer.Value, answer.Problem);
        Refresh();
    }

    private Task OpenAsync(int? cluster)
    {
        (open, profile) = (cluster, null);
        Show();
        return LoadProfileAsync();
    }

    private Task OnSpotKeyAsync(KeyboardEventArgs key, int cluster) => key.Key is "Enter" or " " ? OpenAsync(cluster) : Task.CompletedTask;

    private void SetOrder(ClusterOrder next)
    {
        order = next;
        Show();
    }

    private void Choose(int cluster)
    {
        if (!chosen.Remove(cluster))
            chosen.Add(cluster);
        plan = null;
    }

    private void SetUsersAsync(ChangeEventArgs change)
    {
        usersPerCluster = int.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out int users) ? users : 0;
        plan = null;
    }

    private void SetPlacementAsync(ChangeEventArgs change)
    {
        placement = change.Value?.ToString() ?? "";
        plan = null;
    }

    private async Task PlanAsync()
    {
        ApiResult<WarmPlan> answer = await Clusters.PlanAsync(Request, leaving.Token);
        (plan, warmProblem) = (answer.Value, answer.Problem);
    }

    private async Task StartAsync()
    {
        ApiResult<WarmRun> answer = await Clusters.WarmAsync(Request, leaving.Token);
        warmProblem = answer.Problem;
        if (!answer.Succeeded)
            return;

        plan = null;
        runs = [answer.Value, .. runs];
        Messages.Add("Warming has begun; live requests come first.");
        await LoadRunsAsync();
    }

    private async Task CancelAsync(string run)
    {
        ApiResult<WarmRun> answer = await Clusters.CancelAsync(run, leaving.Token);
        if (answer.Problem is { } failed)
            Messages.Add($"{failed.Title}. {failed.Detail}", Severity.Error);
        await LoadRunsAsync();
    }

    private void Show() => Navigation.NavigateTo(
        "clusters" + QueryText.Format(
            ("cluster", open?.ToString(CultureInfo.InvariantCulture)), ("sort", order == ClusterOrder.Id ? null : order.ToString().ToLowerInvariant())),
        replace: true);

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
