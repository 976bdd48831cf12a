using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace RecOps.Tests.Browser;

/// <summary>A page with what a test wants to know about it: its complaints, its accessibility, its picture.</summary>
internal sealed class BrowserWindow : IAsyncDisposable
{
    /// <summary>Milliseconds.</summary>
    private const float FitPatience = 30_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly Func<IPage, Task> _close;
    private Look _look;

    private BrowserWindow(IPage page, Look look, Func<IPage, Task> close)
    {
        _close = close;
        _look = look;
        Page = page;
        page.Console += OnConsole;
        page.PageError += OnPageError;
    }

    public IPage Page { get; }

    /// <param name="close">How to dispose of the page.</param>
    public static async Task<BrowserWindow> OpenAsync(IPage page, Look look, Func<IPage, Task> close)
    {
        await page.SetViewportSizeAsync(look.Width, look.Height);
        await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme });
        return new(page, look, close);
    }

    public async ValueTask DisposeAsync()
    {
        Page.Console -= OnConsole;
        Page.PageError -= OnPageError;
        await _close(Page);
    }

    /// <param name="but">Part of complaints that are expected.</param>
    public void AssertNoComplaints(string? but = null)
    {
        string[] unexpected = [.. _complaints.Where(complaint => but is null || !complaint.Contains(but, StringComparison.Ordinal))];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
    }

    /// <summary>No serious or critical violation of the accessibility rules.</summary>
    public async Task AssertAccessibleAsync()
    {
        AxeResult result = await Page.RunAxe();
        string[] violations =
        [
            .. result
                .Violations.Where(violation => violation.Impact is "serious" or "critical")
                .Select(violation =>
                    $"{violation.Id} ({violation.Impact}): {violation.Help}\n  "
                    + string.Join("\n  ", violation.Nodes.Select(node => $"{node.Target} {node.Html}"))
                ),
        ];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    /// <summary>Nothing overflows on the right: a page that scrolls sideways is broken on a phone.</summary>
    public async Task AssertFitsAsync()
    {
        const string outside = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        try
        {
            // Charts resize shortly after the window.
            await Page.WaitForFunctionAsync($"() => {outside} === 0", null, new() { Timeout = FitPatience });
        }
        catch (TimeoutException)
        {
            Assert.Equal(0, await Page.EvaluateAsync<int>(outside));
        }
    }

    /// <summary>Whether the console runs in the page.</summary>
    public static Task<bool> IsConsoleAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.querySelector('main#content h1') !== null");

    /// <summary>Opens a page like a link in the console: the first one loads .NET, later ones do not.</summary>
    public async Task GoToAsync(string path)
    {
        if (await IsConsoleAsync(Page))
            await Page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
        else
            await Page.GotoAsync(path);
    }

    /// <summary>The page fits, and is accessible in both themes; the theme changes as if the system's had changed.</summary>
    public async Task AssertLooksGoodAsync(string name)
    {
        await AssertFitsAsync();
        foreach (bool dark in (bool[])[false, true])
        {
            _look = _look with { Dark = dark };
            await Page.EmulateMediaAsync(new() { ColorScheme = _look.Scheme });
            await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", dark ? "dark" : "light");

            // Contrast is measured after colours have stopped changing.
            await Page.EvaluateAsync(
                "() => document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish())"
            );
            await AssertAccessibleAsync();
            await PictureAsync(name);
        }
    }

    /// <summary>The same in both widths; the window stays narrow.</summary>
    public async Task AssertLooksGoodInBothWidthsAsync(string name)
    {
        foreach (int width in (int[])[Look.Wide.Width, Look.Narrow.Width])
        {
            _look = _look with { Width = width };
            await Page.SetViewportSizeAsync(_look.Width, _look.Height);
            await AssertLooksGoodAsync(name);
        }
    }

    public Task PictureAsync(string name) => Pictures.TakeAsync(Page, $"{name}-{_look}");

    public Task LiveAsync() => Assertions.Expect(Page.Locator(".connection .label")).ToHaveTextAsync("Live");

    private void OnConsole(object? sender, IConsoleMessage message)
    {
        if (message.Type is "error" or "warning")
            _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
    }

    private void OnPageError(object? sender, string error) => _complaints.Enqueue($"exception: {error}");
}
