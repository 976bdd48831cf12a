using RecOps.Training.Cli;

namespace RecOps.Tests.Training;

/// <summary>The command line, run in this process with its output captured.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static async Task<CommandRun> InvokeAsync(string[] arguments, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await TrainingCommandLine.InvokeAsync(
            arguments,
            TextWriter.Synchronized(output),
            TextWriter.Synchronized(error),
            cancellation
        );
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
