using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace RecOps.Client.Shell;

/// <summary>Opens anything by typing part of its name: Ctrl-K, or a slash.</summary>
public sealed partial class CommandPalette : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly CancellationTokenSource leaving = new();
    private CancellationTokenSource? asking;
    private ElementReference dialog;
    private ElementReference field;
    private bool open;
    private bool shown;
    private string text = "";
    private bool searching;
    private int chosen;
    private PaletteEntry[] entries = [];

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

    private IEnumerable<PaletteEntry> PageEntries
        => Pages.Open.Select(page => new PaletteEntry("page", page.Name, page.About, page.Address.Length == 0 ? "." : page.Address));

    public void Dispose()
    {
        Page.ShortcutPressed -= OnShortcut;
        Page.KeyPressed -= OnPageKey;
        leaving.Cancel();
        asking?.Dispose();
        leaving.Dispose();
    }

    protected override void OnInitialized()
    {
        Page.ShortcutPressed += OnShortcut;
        Page.KeyPressed += OnPageKey;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!open || shown)
            return;

        shown = true;
        await Page.OpenDialogAsync(dialog);
        await field.FocusAsync();
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
        if (open)
            return;

        foreach (IPaletteSource source in Sources)
            source.Forget();
        (open, shown, text, chosen, searching) = (true, false, "", 0, false);
        entries = [.. PageEntries];
        StateHasChanged();
    }

    private void OnClosed() => open = false;

    private async Task OnInputAsync(ChangeEventArgs change)
    {
        text = change.Value?.ToString() ?? "";
        chosen = 0;
        PaletteEntry[] pages = [.. PaletteSearch.Match(PageEntries, text)];
        entries = pages;
        if (asking is not null)
            await asking.CancelAsync();
        asking?.Dispose();
        asking = null;
        searching = text.Trim().Length > 0;
        if (!searching)
            return;

        asking = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token);
        CancellationToken cancellation = asking.Token;
        await Task.Delay(Pause, Clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (cancellation.IsCancellationRequested)
            return;

        IEnumerable<PaletteEntry>[] found = await Task.WhenAll(Sources.Select(source => source.FindAsync(text.Trim(), cancellation)));
        if (cancellation.IsCancellationRequested)
            return;

        entries = [.. pages, .. found.SelectMany(each => each)];
        searching = false;
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "ArrowDown" && entries.Length > 0)
            chosen = (chosen + 1) % entries.Length;
        else if (key.Key == "ArrowUp" && entries.Length > 0)
            chosen = (chosen + entries.Length - 1) % entries.Length;
        else if (key.Key == "Enter" && chosen < entries.Length)
            await GoAsync(entries[chosen]);
    }

    private async Task GoAsync(PaletteEntry entry)
    {
        await Page.CloseDialogAsync(dialog);
        open = false;
        Navigation.NavigateTo(entry.Address);
    }
}
