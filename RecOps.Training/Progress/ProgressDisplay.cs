using Spectre.Console;

namespace RecOps.Training.Progress;

/// <summary>Shows progress as bars on a terminal, and as occasional lines elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <param name="output">The error stream, so that a command's own output stays clean.</param>
    public static Task<T> RunAsync<T>(TextWriter output, Func<ITrainingProgress, Task<T>> work)
    {
        bool terminal = ReferenceEquals(output, Console.Error) && !Console.IsErrorRedirected;
        if (!terminal)
            return work(new LineProgress(output, LineInterval, TimeProvider.System));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        return BarProgress.RunAsync(console, work);
    }
}
