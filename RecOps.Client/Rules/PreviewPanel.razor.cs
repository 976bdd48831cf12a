using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Users;
using RecOps.Shared.Rules;
using RecOps.Shared.Users;

namespace RecOps.Client.Rules;

/// <summary>
/// What one shopper sees now and would see under the draft as last saved, shortly after each change, with what moved and why.
/// </summary>
public sealed partial class PreviewPanel : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private CancellationTokenSource _loads = new();
    private PreviewRequestState _state = new("", null, "home", null);
    private PreviewResult? _result;
    private ApiProblem? _problem;
    private RuleDocument? _shown;
    private PreviewItem? _dragged;
    private int _over;
    private string _local = "";
    private string _zone = "";
    private bool _busy;

    /// <summary>The rule that is being edited.</summary>
    [Parameter]
    public string? RuleId { get; set; }

    /// <summary>Called when an item is pinned to a place.</summary>
    [Parameter]
    public EventCallback<(string ItemId, string Title, int Place, string Placement)> Pin { get; set; }

    /// <summary>Called when an item is hidden.</summary>
    [Parameter]
    public EventCallback<(string ItemId, string Title, string Placement)> Exclude { get; set; }

    [Inject]
    internal DraftEditor Draft { get; set; } = default!;

    [Inject]
    internal RulesClient Client { get; set; } = default!;

    [Inject]
    internal RandomUser Random { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    private bool MayEdit => Session.MayMerchandise && Pin.HasDelegate;

    private string Summary
    {
        get
        {
            int moved = _result!.After.Count(item => item.Was is { } was && was != item.Position);
            int added = _result.After.Count(item => item.Was is null);
            return moved + added + _result.Gone.Length == 0
                ? "Nothing changes."
                : $"{moved} moved, {added} new, {_result.Gone.Length} gone.";
        }
    }

    public void Dispose()
    {
        Draft.Changed -= OnDraftChanged;
        _loads.Cancel();
        _loads.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Draft.Changed += OnDraftChanged;
        _zone = Zone.Id;
        if (Draft.Find(RuleId ?? "")?.When?.Placements is [var placement, ..])
            _state = _state with { Placement = placement };
        ApiResult<UserSummary> user = await Random.PickAsync();
        if (user.Succeeded && _state.UserId.Length == 0)
            await SetAsync(_state with { UserId = user.Value.UserId });
    }

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private static string TitleOf(PreviewItem item) => item.Item.Title.Length > 0 ? item.Item.Title : item.Item.ItemId;

    private static string Kind(PreviewItem? item) =>
        item switch
        {
            null => "",
            { Was: null } => "new",
            { Was: var was } when was > item.Position => "up",
            { Was: var was } when was < item.Position => "down",
            _ => "same",
        };

    private static string Arrow(PreviewItem? item) =>
        Kind(item) switch
        {
            "new" => "new",
            "up" => $"↑{item!.Was - item.Position}",
            "down" => $"↓{item!.Position - item.Was}",
            _ => "",
        };

    private static string Spoken(PreviewItem? item) =>
        Kind(item) switch
        {
            "new" => "was not in the list",
            "up" or "down" => $"was at {item!.Was}",
            _ => "",
        };

    private Task SetAsync(PreviewRequestState next)
    {
        _state = next;
        return LoadAsync();
    }

    private Task SetTimeAsync(string time, string of)
    {
        (_local, _zone) = (time, of);
        return LoadAsync();
    }

    private void OnDraftChanged()
    {
        // A draft that cannot be saved cannot be previewed either: the last valid preview stays.
        if (!ReferenceEquals(_shown, Draft.Stored?.Document))
            _ = InvokeAsync(() => LoadAsync(Pause));
        else
            _ = InvokeAsync(StateHasChanged);
    }

    private Task LoadAsync() => LoadAsync(TimeSpan.Zero);

    private async Task LoadAsync(TimeSpan pause)
    {
        if ((_state.UserId.Length == 0 && _state.ClusterId is null) || Draft.Stored is not { Document: var document })
            return;

        await _loads.CancelAsync();
        _loads.Dispose();
        _loads = new();
        CancellationToken cancellation = _loads.Token;
        _busy = true;
        StateHasChanged();
        try
        {
            await Task.Delay(pause, cancellation);
            ApiResult<PreviewResult> answer = await Client.PreviewAsync(
                new PreviewRequest
                {
                    Document = document,
                    UserId = _state.ClusterId is null ? _state.UserId : null,
                    ClusterId = _state.ClusterId,
                    Placement = _state.Placement,
                    Count = 12,
                    ItemId = _state.ItemId,
                    At = _local.Length == 0 ? null : new LocalMoment(_local, _zone),
                },
                cancellation
            );
            (_problem, _shown) = (answer.Problem, document);
            _result = answer.Value ?? _result;
            _busy = false;
        }
        catch (OperationCanceledException)
        {
            return; // a newer request took over
        }

        StateHasChanged();
    }

    private async Task DropAsync(int place)
    {
        PreviewItem? item = _dragged;
        EndDrag();
        if (item is not null && item.Position != place)
            await Pin.InvokeAsync((item.Item.ItemId, TitleOf(item), place, _state.Placement));
    }

    private void EndDrag() => (_dragged, _over) = (null, 0);

    private sealed record PreviewRequestState(string UserId, int? ClusterId, string Placement, string? ItemId);
}
