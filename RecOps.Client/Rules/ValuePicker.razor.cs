using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using RecOps.Client.Catalog;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Rules;

/// <summary>Picks several values by typing: items of the catalogue, values of a field, or free text.</summary>
public sealed partial class ValuePicker : ComponentBase, IDisposable
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(150);
    private static readonly Dictionary<string, string> Titles = [];
    private CancellationTokenSource _searches = new();
    private (string Value, string Text, string About)[] _options = [];
    private string _text = "";
    private int _active = -1;
    private bool _open;
    private bool _searching;
    private bool _prevents;

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>item, category, brand, attribute:NAME; empty for free text.</summary>
    [Parameter]
    public string Field { get; set; } = "";

    /// <summary>The choices, when they are few; otherwise the server is asked.</summary>
    [Parameter]
    public string[]? Choices { get; set; }

    /// <summary>Whether values that are not offered may be added.</summary>
    [Parameter]
    public bool Free { get; set; }

    [Parameter]
    public string? Placeholder { get; set; }

    [Parameter, EditorRequired]
    public required string[] Values { get; set; }

    /// <summary>Called with all values.</summary>
    [Parameter]
    public EventCallback<string[]> Changed { get; set; }

    [Parameter]
    public string? Error { get; set; }

    [Inject]
    internal CatalogClient Catalog { get; set; } = default!;

    public void Dispose()
    {
        _searches.Cancel();
        _searches.Dispose();
    }

    private string Describe(string value) => Field == "item" && Titles.TryGetValue(value, out string? title) ? $"{title} ({value})" : value;

    private Task OpenAsync() => _open ? Task.CompletedTask : SearchAsync(TimeSpan.Zero);

    private void Close()
    {
        _open = false;
        _active = -1;
    }

    private Task TypeAsync(ChangeEventArgs change)
    {
        _text = change.Value?.ToString() ?? "";
        return SearchAsync(Debounce);
    }

    private async Task SearchAsync(TimeSpan pause)
    {
        await _searches.CancelAsync();
        _searches.Dispose();
        _searches = new();
        CancellationToken cancellation = _searches.Token;
        (_open, _searching, _active) = (true, true, -1);
        try
        {
            if (pause > TimeSpan.Zero && Choices is null)
                await Task.Delay(pause, cancellation);
            _options = await FindAsync(cancellation);
            _searching = false;
            _active = _options.Length > 0 && _text.Length > 0 ? 0 : -1;
        }
        catch (OperationCanceledException)
        {
            // A newer search took over, or the page was left.
        }
    }

    private async Task<(string Value, string Text, string About)[]> FindAsync(CancellationToken cancellation)
    {
        if (Choices is not null)
            return
            [
                .. Choices
                    .Where(choice => choice.Contains(_text, StringComparison.OrdinalIgnoreCase) && !Values.Contains(choice))
                    .Select(choice => (choice, choice, "")),
            ];
        if (Field.Length == 0)
            return [];
        if (Field != "item")
        {
            ApiResult<ItemValuesResponse> values = await Catalog.ValuesAsync(Field, _text, cancellation);
            return
            [
                .. (values.Value?.Values ?? [])
                    .Where(value => !Values.Contains(value.Value))
                    .Select(value => (value.Value, value.Value, value.Count == 0 ? "" : Quantity.Of(value.Count, "item"))),
            ];
        }

        ApiResult<ItemSearchResponse> items = await Catalog.SearchAsync(_text, cancellation);
        foreach (ItemDetails item in items.Value?.Items ?? [])
            Titles[item.ItemId] = item.Title.Length > 0 ? item.Title : item.ItemId;
        return
        [
            .. (items.Value?.Items ?? [])
                .Where(item => !Values.Contains(item.ItemId))
                .Select(item =>
                    (item.ItemId, Titles[item.ItemId], $"{item.ItemId} · {Quantity.Price(item.Price)}{(item.InStock ? "" : " · sold out")}")
                ),
        ];
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        _prevents = key.Key is "Enter" or "ArrowDown" or "ArrowUp" && _open;
        switch (key.Key)
        {
            case "ArrowDown":
                if (!_open)
                    await OpenAsync();
                else
                    _active = Math.Min(_options.Length - 1, _active + 1);
                break;
            case "ArrowUp":
                _active = Math.Max(-1, _active - 1);
                break;
            case "Enter" when _active >= 0 && _active < _options.Length:
                await AddAsync(_options[_active].Value);
                break;
            case "Enter" when Free && _text.Trim().Length > 0:
                await AddAsync(_text.Trim());
                break;
            case "Escape":
                Close();
                break;
            case "Backspace" when _text.Length == 0 && Values.Length > 0:
                await RemoveAsync(Values[^1]);
                break;
        }
    }

    private async Task AddAsync(string value)
    {
        _text = "";
        Close();
        if (!Values.Contains(value))
            await Changed.InvokeAsync([.. Values, value]);
    }

    private Task RemoveAsync(string value) => Changed.InvokeAsync([.. Values.Where(other => other != value)]);
}
