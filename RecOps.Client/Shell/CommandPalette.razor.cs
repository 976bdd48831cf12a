using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace RecOps.Client.Shell;

/// <summary>Opens anything by typing part of its name: Ctrl-K, or a slash.</summary>
public sealed partial class CommandPalette : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly CancellationTokenSource _leaving = new();
    private CancellationTokenSource? _asking;
    private ElementReference _dialog;
    private ElementReference _field;
    private bool _open;
    private bool _shown;
    private string _text = "";
    private bool _searching;
    private int _chosen;
    private PaletteEntry[] _entries = [];

    [Inject]
    internal ConsolePages Pages { get; set; } = default!;

    [Inject]
    internal IEnumerable<IPaletteSource> Sources { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    private IEnumerable<PaletteEntry> PageEntries =>
        Pages.Open.Select(page => new PaletteEntry("page", page.Name, page.About, page.Address.Length == 0 ? "." : page.Address));

    public void Dispose()
    {
        Page.ShortcutPressed -= OnShortcut;
        Page.KeyPressed -= OnPageKey;
        _leaving.Cancel();
        _asking?.Dispose();
        _leaving.Dispose();
    }

    protected override void OnInitialized()
    {
        Page.ShortcutPressed += OnShortcut;
        Page.KeyPressed += OnPageKey;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_open || _shown)
            return;

        _shown = true;
        await Page.OpenDialogAsync(_dialog);
        await _field.FocusAsync();
    }

    private void OnShortcut(string name)
    {
        if (name == "palette")
            _ = InvokeAsync(Open);
    }

    private void OnPageKey(string key)
    {
        if (key == "/")
            _ = InvokeAsync(Open);
    }

    private void Open()
    {
        if (_open)
            return;

        foreach (IPaletteSource source in Sources)
            source.Forget();
        (_open, _shown, _text, _chosen, _searching) = (true, false, "", 0, false);
        _entries = [.. PageEntries];
        StateHasChanged();
    }

    private void OnClosed() => _open = false;

    private async Task OnInputAsync(ChangeEventArgs change)
    {
        _text = change.Value?.ToString() ?? "";
        _chosen = 0;
        PaletteEntry[] pages = [.. PaletteSearch.Match(PageEntries, _text)];
        _entries = pages;
        if (_asking is not null)
            await _asking.CancelAsync();
        _asking?.Dispose();
        _asking = null;
        _searching = _text.Trim().Length > 0;
        if (!_searching)
            return;

        _asking = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        CancellationToken cancellation = _asking.Token;
        await Task.Delay(Pause, Clock, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (cancellation.IsCancellationRequested)
            return;

        IEnumerable<PaletteEntry>[] found = await Task.WhenAll(Sources.Select(source => source.FindAsync(_text.Trim(), cancellation)));
        if (cancellation.IsCancellationRequested)
            return;

        _entries = [.. pages, .. found.SelectMany(each => each)];
        _searching = false;
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "ArrowDown" && _entries.Length > 0)
            _chosen = (_chosen + 1) % _entries.Length;
        else if (key.Key == "ArrowUp" && _entries.Length > 0)
            _chosen = (_chosen + _entries.Length - 1) % _entries.Length;
        else if (key.Key == "Enter" && _chosen < _entries.Length)
            await GoAsync(_entries[_chosen]);
    }

    private async Task GoAsync(PaletteEntry entry)
    {
        await Page.CloseDialogAsync(_dialog);
        _open = false;
        Navigation.NavigateTo(entry.Address);
    }
}
