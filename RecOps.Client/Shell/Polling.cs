namespace RecOps.Client.Shell;

/// <summary>Asks again and again as long as someone looks.</summary>
internal static class Polling
{
    /// <param name="ask">Called at once and then after each pause.</param>
    /// <param name="pause">Until the next time, asked after each.</param>
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
