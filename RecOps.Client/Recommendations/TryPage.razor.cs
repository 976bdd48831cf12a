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
/// Shows one shopper's list as a storefront would get it, lets one act in their name, and shows how the list answers. What
/// is being tried is in the page's address.
/// </summary>
public sealed partial class TryPage : ComponentBase, IDisposable
{
    private readonly Dictionary<string, string> soldOut = [];
    private CancellationTokenSource loading = new();
    private TryState state = TryState.Default;
    private RecommendationResponse? list;
    private IReadOnlyList<ListRow> rows = [];
    private string changes = "";
    private ApiProblem? problem;
    private UserProfile? profile;
    private ApiProblem? profileProblem;
    private ListRow? similarTo;
    private bool busy;

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
        loading.Cancel();
        loading.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        state = TryState.Parse(new Uri(Navigation.Uri).Query);
        return ReloadAsync();
    }

    private void Open(TryState next) => Navigation.NavigateTo("try" + next.ToQuery());

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Navigation.ToBaseRelativePath(change.Location).Split('?')[0] != "try")
            return;

        TryState next = TryState.Parse(new Uri(change.Location).Query);
        if (next == state)
            return;

        if (next.UserId != state.UserId)
            profile = null;
        state = next;
        // Another question: comparing its list with the one before would say nothing.
        list = null;
        similarTo = null;
        _ = InvokeAsync(ReloadAsync);
    }

    /// <summary>Asks for the list and the shopper; a list already shown stays until the new one is there.</summary>
    private async Task ReloadAsync()
    {
        await loading.CancelAsync();
        loading.Dispose();
        loading = new();
        CancellationToken cancellation = loading.Token;
        problem = null;
        profileProblem = null;
        busy = state.UserId.Length > 0;
        StateHasChanged();
        if (!busy)
            return;

        try
        {
            Task<ApiResult<UserProfile>> asking = Users.ProfileAsync(state.UserId, cancellation);
            await LoadListAsync(cancellation);
            Show(await asking);
            busy = false;
        }
        catch (OperationCanceledException)
        {
            return; // a newer question took over
        }

        StateHasChanged();
    }

    private async Task LoadListAsync(CancellationToken cancellation)
    {
        ApiResult<RecommendationResponse> answer = await Recommendations.RecommendAsync(state.ToRequest(), cancellation);
        if (!answer.Succeeded)
        {
            problem = answer.Problem;
            list = null;
            return;
        }

        IReadOnlyDictionary<string, ItemDetails> items =
            await Catalog.ByIdAsync([.. answer.Value.Items.Select(item => item.ItemId)], cancellation);
        rows = ListRow.From(answer.Value, items, list);
        changes = ListRow.Summarize(answer.Value, list);
        list = answer.Value;
    }

    private void Show(ApiResult<UserProfile> answer)
    {
        profileProblem = answer.Problem;
        profile = answer.Value ?? profile;
    }

    private async Task SurpriseAsync()
    {
        ApiResult<UserSummary> user = await Random.PickAsync();
        if (user.Succeeded)
            Open(state with { UserId = user.Value.UserId });
        else
            problem = user.Problem;
    }

    private async Task ActAsync((ListRow Row, string Type) deed)
    {
        busy = true;
        ApiResult<EventsResponse> answer = await Events.SendAsync(new ShopEvent
        {
            UserId = state.UserId,
            ItemId = deed.Row.ItemId,
            Type = deed.Type,
            RequestId = list?.RequestId,
        });
        busy = false;
        string? refusal = answer.Problem is { } failed ? $"{failed.Title}. {failed.Detail}"
            : answer.Value!.Rejected.FirstOrDefault()?.Error;
        if (refusal is not null)
        {
            Messages.Add(refusal, Severity.Error);
            return;
        }

        string past = ListAction.All.First(action => action.Type == deed.Type).Past;
        Messages.Add($"{state.UserId}: {deed.Row.Title} {past}.", Severity.Normal);
        await ReloadAsync();
    }

    private Task ToggleStockAsync(ListRow row) => SetStockAsync(row.ItemId, row.Title, row.Item is { InStock: false });

    private Task SetStockAsync(string itemId, string title, bool inStock) => Stock.SetAsync(itemId, title, inStock, async now =>
    {
        if (now)
            soldOut.Remove(itemId);
        else
            soldOut[itemId] = title;
        await InvokeAsync(ReloadAsync);
    });

    private void ShowSimilar(ListRow row) => similarTo = row;

    private void CloseSimilar() => similarTo = null;

    private async Task CopyRequestIdAsync()
    {
        await Page.CopyAsync(list!.RequestId);
        Messages.Add("Request id copied.", Severity.Normal);
    }
}
