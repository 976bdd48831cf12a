using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;
using RecOps.Client.Catalog;
using RecOps.Client.Events;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Users;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;

namespace RecOps.Client.Recommendations;

/// <summary>
/// Shows one shopper's list as a storefront would get it, lets the viewer act as the shopper, and shows how the list changes.
/// The request being tried is in the page's address.
/// </summary>
public sealed partial class TryPage : ComponentBase, IDisposable
{
    private readonly Dictionary<string, string> _soldOut = [];
    private CancellationTokenSource _loading = new();
    private TryState _state = TryState.Default;
    private RecommendationResponse? _list;
    private IReadOnlyList<ListRow> _rows = [];
    private string _changes = "";
    private ApiProblem? _problem;
    private UserProfile? _profile;
    private ApiProblem? _profileProblem;
    private ListRow? _similarTo;
    private bool _busy;

    [Inject]
    internal RecommendationsClient Recommendations { get; set; } = default!;

    [Inject]
    internal UsersClient Users { get; set; } = default!;

    [Inject]
    internal RandomUser Random { get; set; } = default!;

    [Inject]
    internal CatalogClient Catalog { get; set; } = default!;

    [Inject]
    internal StockControl Stock { get; set; } = default!;

    [Inject]
    internal EventsClient Events { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _loading.Cancel();
        _loading.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        _state = TryState.Parse(new Uri(Navigation.Uri).Query);
        return ReloadAsync();
    }

    private void Open(TryState next) => Navigation.NavigateTo("try" + next.ToQuery());

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Navigation.ToBaseRelativePath(change.Location).Split('?')[0] != "try")
            return;

        TryState next = TryState.Parse(new Uri(change.Location).Query);
        if (next == _state)
            return;

        if (next.UserId != _state.UserId)
            _profile = null;
        _state = next;
        // A different request: comparing its list with the previous one would say nothing.
        _list = null;
        _similarTo = null;
        _ = InvokeAsync(ReloadAsync);
    }

    /// <summary>Loads the list and the shopper; a list already shown stays until the new one arrives.</summary>
    private async Task ReloadAsync()
    {
        await _loading.CancelAsync();
        _loading.Dispose();
        _loading = new();
        CancellationToken cancellation = _loading.Token;
        _problem = null;
        _profileProblem = null;
        _busy = _state.UserId.Length > 0;
        StateHasChanged();
        if (!_busy)
            return;

        try
        {
            Task<ApiResult<UserProfile>> asking = Users.ProfileAsync(_state.UserId, cancellation);
            await LoadListAsync(cancellation);
            Show(await asking);
            _busy = false;
        }
        catch (OperationCanceledException)
        {
            return; // a newer request took over
        }

        StateHasChanged();
    }

    private async Task LoadListAsync(CancellationToken cancellation)
    {
        ApiResult<RecommendationResponse> answer = await Recommendations.RecommendAsync(_state.ToRequest(), cancellation);
        if (!answer.Succeeded)
        {
            _problem = answer.Problem;
            _list = null;
            return;
        }

        IReadOnlyDictionary<string, ItemDetails> items = await Catalog.ByIdAsync(
            [.. answer.Value.Items.Select(item => item.ItemId)],
            cancellation
        );
        _rows = ListRow.From(answer.Value, items, _list);
        _changes = ListRow.Summarize(answer.Value, _list);
        _list = answer.Value;
    }

    private void Show(ApiResult<UserProfile> answer)
    {
        _profileProblem = answer.Problem;
        _profile = answer.Value ?? _profile;
    }

    private async Task SurpriseAsync()
    {
        ApiResult<UserSummary> user = await Random.PickAsync();
        if (user.Succeeded)
            Open(_state with { UserId = user.Value.UserId });
        else
            _problem = user.Problem;
    }

    private async Task ActAsync((ListRow Row, string Type) deed)
    {
        _busy = true;
        ApiResult<EventsResponse> answer = await Events.SendAsync(
            new ShopEvent
            {
                UserId = _state.UserId,
                ItemId = deed.Row.ItemId,
                Type = deed.Type,
                RequestId = _list?.RequestId,
            }
        );
        _busy = false;
        string? refusal = answer.Problem is { } failed
            ? $"{failed.Title}. {failed.Detail}"
            : answer.Value!.Rejected.FirstOrDefault()?.Error;
        if (refusal is not null)
        {
            Messages.Add(refusal, Severity.Error);
            return;
        }

        string past = ListAction.All.First(action => action.Type == deed.Type).Past;
        Messages.Add($"{_state.UserId}: {deed.Row.Title} {past}.", Severity.Normal);
        await ReloadAsync();
    }

    private Task ToggleStockAsync(ListRow row) => SetStockAsync(row.ItemId, row.Title, row.Item is { InStock: false });

    private Task SetStockAsync(string itemId, string title, bool inStock) =>
        Stock.SetAsync(
            itemId,
            title,
            inStock,
            async now =>
            {
                if (now)
                    _soldOut.Remove(itemId);
                else
                    _soldOut[itemId] = title;
                await InvokeAsync(ReloadAsync);
            }
        );

    private void ShowSimilar(ListRow row) => _similarTo = row;

    private void CloseSimilar() => _similarTo = null;

    private async Task CopyRequestIdAsync()
    {
        await Page.CopyAsync(_list!.RequestId);
        Messages.Add("Request id copied.", Severity.Normal);
    }
}
