using Xunit;

namespace RecOps.Tests;

/// <summary>Waits for what happens on other threads; under a clock that stands still there is nothing else to wait for.</summary>
internal static class Waiting
{
    /// <summary>How long something may take on a machine that does much else. A test that passes waits no longer than it has to.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static Task UntilAsync(Func<Task<bool>> condition) => UntilAsync(condition, Pause);

    /// <param name="pause">Between two looks, for those that cost something.</param>
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
