using Xunit;

namespace RecOps.Tests;

/// <summary>Waits for what happens on other threads; under a clock that stands still there is nothing else to wait for.</summary>
internal static class Waiting
{
    public static Task UntilAsync(Func<bool> condition, int seconds = 10) => UntilAsync(() => Task.FromResult(condition()), seconds);

    public static async Task UntilAsync(Func<Task<bool>> condition, int seconds = 10)
    {
        DateTime giveUp = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < giveUp, "The condition was not met in time.");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
