using Microsoft.AspNetCore.Components;
using RecOps.Client.Catalog;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Shows the items most similar to one item, beside the list it came from.</summary>
public sealed partial class SimilarPanel : ComponentBase, IDisposable
{
    private const int Count = 15;

    private CancellationTokenSource _loading = new();
    private ElementReference _heading;
    private string? _loaded;
    private ApiProblem? _problem;
    private IReadOnlyList<(string Id, ItemDetails? Item, Quantity Score)>? _rows;

    [Parameter, EditorRequired]
    public required ListRow To { get; set; }

    /// <summary>The request being tried: the same rules apply here.</summary>
    [Parameter, EditorRequired]
    public required TryState Context { get; set; }

    [Parameter]
    public EventCallback Close { get; set; }

    [Inject]
    internal RecommendationsClient Recommendations { get; set; } = default!;

    [Inject]
    internal CatalogClient Catalog { get; set; } = default!;

    public void Dispose()
    {
        _loading.Cancel();
        _loading.Dispose();
    }

    protected override Task OnParametersSetAsync() => _loaded == To.ItemId ? Task.CompletedTask : LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await _heading.FocusAsync();
    }

    private async Task LoadAsync()
    {
        await _loading.CancelAsync();
        _loading.Dispose();
        _loading = new();
        CancellationToken cancellation = _loading.Token;
        _loaded = To.ItemId;
        _rows = null;
        _problem = null;
        try
        {
            ApiResult<SimilarItemsResponse> similar = await Recommendations.SimilarAsync(To.ItemId, Count, Context, cancellation);
            if (!similar.Succeeded)
            {
                _problem = similar.Problem;
                return;
            }

            IReadOnlyDictionary<string, ItemDetails> items = await Catalog.ByIdAsync(
                [.. similar.Value.Items.Select(item => item.ItemId)],
                cancellation
            );
            _rows =
            [
                .. similar.Value.Items.Select(item => (item.ItemId, items.GetValueOrDefault(item.ItemId), Quantity.Score(item.Score))),
            ];
        }
        catch (OperationCanceledException)
        {
            // Another item was requested meanwhile, or the panel was closed.
        }
    }
}
