using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using RecOps.Client.Security;
using RecOps.Client.Telemetry;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Shell;

/// <summary>What stands around every page: navigation, the model and provider in use, the live connection, the theme.</summary>
public sealed partial class MainLayout : LayoutComponentBase, IDisposable
{
    private ErrorBoundary? boundary;
    private ElementReference content;
    private bool navigationOpen;
    private ServerState? shown;

    [Inject]
    internal TelemetryFeed Feed { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal ThemePreference Theme { get; set; } = default!;

    public void Dispose()
    {
        Feed.Changed -= OnFeedChanged;
        Theme.Changed -= Refresh;
        Session.Changed -= Refresh;
    }

    protected override void OnInitialized()
    {
        Feed.Changed += OnFeedChanged;
        Theme.Changed += Refresh;
        Session.Changed += Refresh;
        _ = Session.LoadAsync();
        Feed.Start();
    }

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

    private void CloseNavigation() => navigationOpen = false;

    private void OnNavigationKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
            CloseNavigation();
    }

    private void Recover() => boundary?.Recover();

    private async Task SkipToContentAsync() => await content.FocusAsync();

    private void OnFeedChanged()
    {
        // The frame only shows what changes rarely; drawing it anew each second would redraw the page inside it too.
        if (Feed.Latest?.Server is not { } server || (server.Model == shown?.Model && server.Provider == shown?.Provider))
            return;

        shown = server;
        Refresh();
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
