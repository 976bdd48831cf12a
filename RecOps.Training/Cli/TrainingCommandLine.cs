using System.CommandLine;
using System.CommandLine.Invocation;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Cli;

/// <summary>The complete command line, independent of the process it runs in.</summary>
internal static class TrainingCommandLine
{
    public static RootCommand CreateRoot() =>
        new RootCommand("RecOps.Training: turns a shop's data into a bundle that the server can load.")
        {
            new TrainCommand(),
            new DistilCommand(),
            new EvaluateCommand(),
            new SynthCommand(),
            new IndexCommand(),
            new StepCommand(),
        }.WithInvariantNumbers();

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        ParseResult parsed = CreateRoot().Parse(arguments);
        if (parsed.Action is ParseErrorAction wrong)
            wrong.ShowHelp = arguments.Length == 0;
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            int code = await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
            return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await error.WriteLineAsync("Cancelled. Nothing was written.").ConfigureAwait(false);
            return ExitCode.Cancelled;
        }
        catch (Exception problem) when (problem is BundleException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }
}
