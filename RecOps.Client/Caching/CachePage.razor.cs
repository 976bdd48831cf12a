using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>How the result cache performs, and what it holds for one shopper. Range and shopper are in the address.</summary>
public sealed partial class CachePage : TimelinePage
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _leaving = new();
    private string _userId = "";
    private CacheState? _state;
    private ApiProblem? _problem;
    private CachedUser? _found;
    private ApiProblem? _lookupProblem;
    private bool _purging;

    [Inject]
    internal CacheClient Cache { get; set; } = default!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _ = Polling.RunAsync(LoadStateAsync, () => Pause, Page, Clock, _leaving.Token);
        await LookAgainAsync();
    }

    protected override void Read(IReadOnlyDictionary<string, string> query) => _userId = query.GetValueOrDefault("user", "");

    protected override IEnumerable<(string Name, string? Value)> Write() => [("user", _userId)];

    protected override void Leave()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task LoadStateAsync()
    {
        ApiResult<CacheState> answer = await Cache.StateAsync(_leaving.Token);
        (_state, _problem) = (answer.Value ?? _state, answer.Problem);
        Refresh();
    }

    private Task LookUpAsync(string user)
    {
        _userId = user ?? "";
        Show();
        return LookAgainAsync();
    }

    private async Task LookAgainAsync()
    {
        (_found, _lookupProblem) = (null, null);
        string asked = _userId;
        if (asked.Length == 0)
            return;

        ApiResult<CachedUser> answer = await Cache.FindAsync(asked, _leaving.Token);
        if (asked == _userId)
            (_found, _lookupProblem) = (answer.Value, answer.Problem);
    }

    private async Task PurgeAsync()
    {
        bool sure = await Dialogs.ConfirmAsync(
            "Purge this shopper's lists?",
            $"The lists cached for {_userId} are dropped here and no longer read from Redis. The next lists are recomputed; the shopper's "
                + $"history is kept.",
            "Purge"
        );
        if (!sure)
            return;

        _purging = true;
        ApiResult<PurgeResponse> answer = await Cache.PurgeAsync(_userId, _leaving.Token);
        _purging = false;
        if (answer.Problem is { } failed)
            Messages.Add($"{failed.Title}. {failed.Detail}", Severity.Error);
        else
            Messages.Add($"{answer.Value!.Removed} {(answer.Value.Removed == 1 ? "list" : "lists")} of {_userId} purged.");
        await LookAgainAsync();
    }
}
