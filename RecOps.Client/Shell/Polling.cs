namespace RecOps.Client.Shell;

/// <summary>Polls as long as the page is visible.</summary>
internal static class Polling
{
    /// <param name="ask">Called at once and then after each pause.</param>
    /// <param name="pause">The time until the next call, read after each one.</param>
    public static async Task RunAsync(
        Func<Task> ask,
        Func<TimeSpan> pause,
        PageWatch page,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!page.Hidden)
                await ask();
            await Task.Delay(pause(), clock, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
