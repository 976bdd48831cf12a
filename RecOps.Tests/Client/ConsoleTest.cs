using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using RecOps.Client;

namespace RecOps.Tests.Client;

/// <summary>A console page without a browser: the real services, a server in memory, a stopped clock.</summary>
public abstract class ConsoleTest : BunitContext
{
    static ConsoleTest() => DefaultWaitTimeout = Waiting.Patience;

    private protected ConsoleTest()
    {
        Server = new();
        Stream = new(Server);
        Clock = new(Sample.Noon);
        Services.AddLogging();
        Services.AddConsole(new("http://localhost/"));
        Services.Replace(ServiceDescriptor.Scoped(_ => Server.CreateClient()));
        Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        Services.Replace(ServiceDescriptor.Singleton(TimeZoneInfo.Utc));
        Services.Replace(ServiceDescriptor.Singleton(new Random(1)));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Page = JSInterop.SetupModule("./js/page.js");
        Page.Mode = JSRuntimeMode.Loose;
        PlotlyCalls = JSInterop.SetupModule(call =>
            call.Arguments.Any(argument => argument is string path && path.Contains("plotly-interop", StringComparison.Ordinal))
        );
        PlotlyCalls.Mode = JSRuntimeMode.Loose;
    }

    private protected FakeServer Server { get; }

    private protected FakeEventStream Stream { get; }

    private protected FakeTimeProvider Clock { get; }

    private protected BunitJSModuleInterop PlotlyCalls { get; }

    /// <summary>What a page asks of the browser.</summary>
    private protected BunitJSModuleInterop Page { get; }

    private protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    /// <summary>Where menus, dialogs and messages appear; rendered before the page, as in the layout.</summary>
    private protected IRenderedComponent<Surroundings> RenderSurroundings() => Render<Surroundings>();

    private protected IRenderedComponent<TPage> RenderAt<TPage>(string address)
        where TPage : IComponent
    {
        Navigation.NavigateTo(address);
        return Render<TPage>();
    }

    /// <summary>What the layout offers to every page.</summary>
    internal sealed class Surroundings : ComponentBase
    {
        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            builder.OpenComponent<MudPopoverProvider>(0);
            builder.CloseComponent();
            builder.OpenComponent<MudDialogProvider>(1);
            builder.CloseComponent();
            builder.OpenComponent<MudSnackbarProvider>(2);
            builder.CloseComponent();
        }
    }
}
