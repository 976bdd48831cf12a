using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>How the result cache does, and what it holds for one shopper. Range and shopper are in the address.</summary>
public sealed partial class CachePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly (int, string)[] RangeOptions = [.. OverviewState.Ranges.Select(minutes => (minutes, $"{minutes} min"))];
    private readonly CancellationTokenSource leaving = new();
    private int minutes = OverviewState.Default.Minutes;
    private string userId = "";
    private CacheState? state;
    private ApiProblem? problem;
    private CachedUser? found;
    private ApiProblem? lookupProblem;
    private bool purging;

    [Inject]
    internal CacheClient Cache { get; set; } = default!;

    [Inject]
    internal TelemetryFeed Feed { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ThemePreference Theme { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    private int Seconds => minutes * 60;

    public void Dispose()
    {
        Feed.Changed -= Refresh;
        Theme.Changed -= Refresh;
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Feed.Changed += Refresh;
        Theme.Changed += Refresh;
        IReadOnlyDictionary<string, string> query = QueryText.Parse(new Uri(Navigation.Uri).Query);
        if (int.TryParse(query.GetValueOrDefault("range"), CultureInfo.InvariantCulture, out int range) && OverviewState.Ranges.Contains(range))
            minutes = range;
        userId = query.GetValueOrDefault("user", "");
        _ = Polling.RunAsync(LoadStateAsync, () => Pause, Page, Clock, leaving.Token);
        await LookAgainAsync();
    }

    private async Task LoadStateAsync()
    {
        ApiResult<CacheState> answer = await Cache.StateAsync(leaving.Token);
        (state, problem) = (answer.Value ?? state, answer.Problem);
        Refresh();
    }

    private Task LookUpAsync(string user)
    {
        userId = user ?? "";
        Show();
        return LookAgainAsync();
    }

    private async Task LookAgainAsync()
    {
        (found, lookupProblem) = (null, null);
        string asked = userId;
        if (asked.Length == 0)
            return;

        ApiResult<CachedUser> answer = await Cache.FindAsync(asked, leaving.Token);
        if (asked == userId)
            (found, lookupProblem) = (answer.Value, answer.Problem);
    }

    private async Task PurgeAsync()
    {
        bool? sure = await Dialogs.ShowMessageBoxAsync(
            "Purge this shopper's lists?",
            $"The lists kept for {userId} are dropped here and no longer taken from Redis. Their next lists are computed anew; nothing that they did is forgotten.",
            "Purge", cancelText: "Cancel");
        if (sure != true)
            return;

        purging = true;
        ApiResult<PurgeResponse> answer = await Cache.PurgeAsync(userId, leaving.Token);
        purging = false;
        if (answer.Problem is { } failed)
            Messages.Add($"{failed.Title}. {failed.Detail}", Severity.Error);
        else
            Messages.Add($"{answer.Value!.Removed} {(answer.Value.Removed == 1 ? "list" : "lists")} of {userId} dropped.");
        await LookAgainAsync();
    }

    private void SetMinutes(int chosen)
    {
        minutes = chosen;
        Show();
    }

    private void Show() => Navigation.NavigateTo(
        "cache" + QueryText.Format(("user", userId), ("range", minutes == OverviewState.Default.Minutes ? null : minutes.ToString(CultureInfo.InvariantCulture))),
        replace: true);

    private void Refresh()
    {
        if (!Page.Hidden)
            _ = InvokeAsync(StateHasChanged);
    }
}
