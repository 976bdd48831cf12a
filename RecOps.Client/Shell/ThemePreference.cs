using Microsoft.JSInterop;

namespace RecOps.Client.Shell;

/// <summary>
/// The viewer's choice of light or dark, and which of them it means now. The source of truth is js/theme.js, which has already
/// painted the page by the time .NET starts.
/// </summary>
public sealed class ThemePreference(IJSRuntime js) : IDisposable
{
    private DotNetObjectReference<ThemePreference>? _self;

    public event Action? Changed;

    public ThemeChoice Choice { get; private set; }

    public bool Dark { get; private set; }

    /// <summary>Reads the setting and follows it from then on, also when the system or another tab changes it.</summary>
    public async Task LoadAsync()
    {
        _self ??= DotNetObjectReference.Create(this);
        string? choice = await js.InvokeAsync<string?>("recopsTheme.follow", _self);
        bool dark = await js.InvokeAsync<bool>("recopsTheme.isDark");
        Apply(choice, dark);
    }

    public async Task ChooseAsync(ThemeChoice choice) => await js.InvokeVoidAsync("recopsTheme.choose", Name(choice));

    /// <summary>Called by js/theme.js.</summary>
    [JSInvokable]
    public void Apply(string? choice, bool dark)
    {
        Choice = Enum.TryParse(choice, ignoreCase: true, out ThemeChoice parsed) ? parsed : ThemeChoice.System;
        Dark = dark;
        Changed?.Invoke();
    }

    public void Dispose() => _self?.Dispose();

    private static string Name(ThemeChoice choice) =>
        choice switch
        {
            ThemeChoice.Light => "light",
            ThemeChoice.Dark => "dark",
            _ => "system",
        };
}
