using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>
/// Marks items sold out or back in stock. Marking an item sold out asks first, since it removes the item from every shopper's
/// list at once. The message that confirms it offers an undo.
/// </summary>
internal sealed class StockControl(CatalogClient catalog, IDialogService dialogs, ISnackbar messages)
{
    /// <param name="changed">Called with the new state after every change, including an undo.</param>
    public async Task SetAsync(string itemId, string title, bool inStock, Func<bool, Task> changed)
    {
        if (!inStock && !await ConfirmAsync(title))
            return;

        await ApplyAsync(itemId, title, inStock, changed, canUndo: true);
    }

    private async Task<bool> ConfirmAsync(string title) =>
        await dialogs.ConfirmAsync(
            "Mark as sold out?",
            $"\"{title}\" disappears from every shopper's lists at their next request. You can undo this.",
            "Mark sold out"
        );

    private async Task ApplyAsync(string itemId, string title, bool inStock, Func<bool, Task> changed, bool canUndo)
    {
        ApiResult<CatalogUpdateResponse> answer = await catalog.SetStockAsync(itemId, inStock);
        if (!answer.Succeeded)
        {
            messages.Add($"{answer.Problem.Title}. {answer.Problem.Detail}", Severity.Error);
            return;
        }

        if (answer.Value.MissingIds.Length > 0)
        {
            messages.Add($"The active model does not know {itemId}, so nothing changed.", Severity.Warning);
            return;
        }

        messages.Add(
            $"{title} is {(inStock ? "back in stock" : "sold out")}.",
            Severity.Normal,
            options =>
            {
                if (!canUndo)
                    return;

                options.Action = "Undo";
                options.ActionColor = Color.Inherit;
                options.OnClick = _ => ApplyAsync(itemId, title, !inStock, changed, canUndo: false);
            }
        );
        await changed(inStock);
    }
}
