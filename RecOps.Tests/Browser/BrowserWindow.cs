using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace RecOps.Tests.Browser;

/// <summary>A page with what a test wants to know of it: its complaints, its accessibility, its picture.</summary>
internal sealed class BrowserWindow : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly IBrowserContext context;
    private readonly Look look;

    public BrowserWindow(IBrowserContext context, IPage page, Look look)
    {
        this.context = context;
        this.look = look;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => complaints.Enqueue($"exception: {error}");
    }

    public IPage Page { get; }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    /// <param name="but">Part of complaints that are expected.</param>
    public void AssertNoComplaints(string? but = null)
    {
        string[] unexpected = [.. complaints.Where(complaint => but is null || !complaint.Contains(but, StringComparison.Ordinal))];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
    }

    /// <summary>No serious or critical violation of the accessibility rules.</summary>
    public async Task AssertAccessibleAsync()
    {
        AxeResult result = await Page.RunAxe();
        string[] violations =
        [
            .. result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation =>
                $"{violation.Id} ({violation.Impact}): {violation.Help}\n  "
                + string.Join("\n  ", violation.Nodes.Select(node => $"{node.Target} {node.Html}"))),
        ];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    /// <summary>Nothing stands out at the right: a page that scrolls sideways is broken on a phone.</summary>
    public async Task AssertFitsAsync()
        => Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));

    public Task PictureAsync(string name) => Page.ScreenshotAsync(new()
    {
        Path = Path.Combine(Repository.Screenshots, $"{name}-{look}.png"),
        FullPage = true,
    });

    public Task LiveAsync() => Assertions.Expect(Page.Locator(".connection .label")).ToHaveTextAsync("Live");
}
