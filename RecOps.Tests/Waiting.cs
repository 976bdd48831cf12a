using Xunit;

namespace RecOps.Tests;

/// <summary>Waits for work on other threads by polling, for tests whose fake clock does not move by itself.</summary>
internal static class Waiting
{
    /// <summary>How long something may take on a busy machine. A passing test waits no longer than necessary.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static Task UntilAsync(Func<Task<bool>> condition) => UntilAsync(condition, Pause);

    /// <param name="pause">Pause between two checks, for expensive ones.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan pause)
    {
        DateTime giveUp = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < giveUp, "The condition was not met in time.");
            await Task.Delay(pause, TestContext.Current.CancellationToken);
        }
    }
}
