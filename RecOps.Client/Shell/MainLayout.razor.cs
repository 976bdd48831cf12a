using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace RecOps.Client.Shell;

/// <summary>The frame around every page: navigation, the theme, and the parts that features add.</summary>
public sealed partial class MainLayout : LayoutComponentBase, IDisposable
{
    private ErrorBoundary? _boundary;
    private ElementReference _content;
    private bool _navigationOpen;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ThemePreference Theme { get; set; } = default!;

    public void Dispose() => Theme.Changed -= Refresh;

    protected override void OnInitialized() => Theme.Changed += Refresh;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await Page.StartAsync();
    }

    /// <summary>A page that broke must not keep the next one from showing.</summary>
    protected override void OnParametersSet()
    {
        Recover();
        CloseNavigation();
    }

    private void CloseNavigation() => _navigationOpen = false;

    private void OnNavigationKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
            CloseNavigation();
    }

    private void Recover() => _boundary?.Recover();

    private async Task SkipToContentAsync() => await _content.FocusAsync();

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
