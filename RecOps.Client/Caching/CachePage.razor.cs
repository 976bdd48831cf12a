using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>How the result cache does, and what it holds for one shopper. Range and shopper are in the address.</summary>
public sealed partial class CachePage : TimelinePage
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource leaving = new();
    private string userId = "";
    private CacheState? state;
    private ApiProblem? problem;
    private CachedUser? found;
    private ApiProblem? lookupProblem;
    private bool purging;

    [Inject]
    internal CacheClient Cache { get; set; } = default!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _ = Polling.RunAsync(LoadStateAsync, () => Pause, Page, Clock, leaving.Token);
        await LookAgainAsync();
    }

    protected override void Read(IReadOnlyDictionary<string, string> query) => userId = query.GetValueOrDefault("user", "");

    protected override IEnumerable<(string Name, string? Value)> Write() => [("user", userId)];

    protected override void Leave()
    {
        leaving.Cancel();
        leaving.Dispose();
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
        bool sure = await Dialogs.ConfirmAsync(
            "Purge this shopper's lists?",
            $"The lists kept for {userId} are dropped here and no longer taken from Redis. Their next lists are computed anew; nothing that they did is forgotten.",
            "Purge");
        if (!sure)
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
}
