using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace RecOps.Client.Shell;

/// <summary>Whether the page is visible, which keys are pressed on it, and its clipboard.</summary>
public sealed class PageWatch(IJSRuntime js) : IAsyncDisposable
{
    private DotNetObjectReference<PageWatch>? _self;
    private Task<IJSObjectReference>? _module;
    private IJSObjectReference? _watching;

    /// <summary>Raised when the tab is hidden or shown.</summary>
    public event Action? VisibilityChanged;

    /// <summary>Raised for single printable keys pressed outside of inputs, menus and dialogs.</summary>
    public event Action<string>? KeyPressed;

    /// <summary>True while the tab is in the background, where drawing is wasted.</summary>
    public bool Hidden { get; private set; }

    public async Task StartAsync()
    {
        if (_self is not null)
            return;

        _self = DotNetObjectReference.Create(this);
        _watching = await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("watch", _self);
    }

    /// <summary>Raised for undo, redo, save and palette, as most programs have them on Ctrl or Cmd.</summary>
    public event Action<string>? ShortcutPressed;

    /// <summary>Keeps text in the browser; null removes it.</summary>
    public async Task StoreAsync(string key, string? value) => await (await ModuleAsync()).InvokeVoidAsync("store", key, value);

    /// <returns>Null when there is none.</returns>
    public async Task<string?> LoadAsync(string key) => await (await ModuleAsync()).InvokeAsync<string?>("load", key);

    /// <summary>Takes shortcuts from the browser, and makes it ask before the page is left.</summary>
    /// <param name="has">False when a page with shortcuts is left.</param>
    /// <param name="unsaved">Whether unsaved changes would be lost.</param>
    public async Task GuardAsync(bool has, bool unsaved) => await (await ModuleAsync()).InvokeVoidAsync("guard", has, unsaved);

    /// <summary>Opens a dialog that holds the keyboard until it is closed.</summary>
    public async Task OpenDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("openDialog", dialog);

    public async Task CloseDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("closeDialog", dialog);

    /// <summary>Lets charts follow a window that changed while they were being drawn for the first time.</summary>
    public async Task FitChartsAsync() => await (await ModuleAsync()).InvokeVoidAsync("fitCharts");

    /// <summary>Opens the palette, as its shortcut does.</summary>
    public void Palette() => ShortcutPressed?.Invoke("palette");

    /// <summary>Downloads a text file.</summary>
    public async Task SaveAsync(string file, string text) => await (await ModuleAsync()).InvokeVoidAsync("save", file, text);

    /// <summary>Downloads a picture as PNG.</summary>
    /// <param name="svg">Self-contained: it refers to nothing outside of it.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public async Task SavePictureAsync(string file, string svg, int width, int height) =>
        await (await ModuleAsync()).InvokeVoidAsync("savePicture", file, svg, width, height);

    public async Task CopyAsync(string text) => await (await ModuleAsync()).InvokeVoidAsync("copy", text);

    [JSInvokable]
    public void OnVisibility(bool hidden)
    {
        Hidden = hidden;
        VisibilityChanged?.Invoke();
    }

    [JSInvokable]
    public void OnShortcut(string name) => ShortcutPressed?.Invoke(name);

    [JSInvokable]
    public void OnKey(string key) => KeyPressed?.Invoke(key);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_watching is not null)
            {
                await _watching.InvokeVoidAsync("stop");
                await _watching.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its listeners with it.
        }

        _self?.Dispose();
    }

    private Task<IJSObjectReference> ModuleAsync() => _module ??= js.InvokeAsync<IJSObjectReference>("import", "./js/page.js").AsTask();
}
