using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Trains networks in processes of their own, several at a time: a network learns on one core, and Torch's random numbers and pauses of the
/// garbage collector are those of a process.
/// </summary>
internal static class StepProcess
{
    /// <summary>The hidden verb of the command line that runs a step.</summary>
    public const string Verb = "step";

    private const string ProgressMark = "progress ";

    /// <summary>Each holds the data and its network in memory.</summary>
    private const int Most = 6;

    /// <summary>How many steps are worth running at a time; 1 where processes cannot be started.</summary>
    public static int Parallelism => Host() is null ? 1 : Math.Clamp(Environment.ProcessorCount, 1, Most);

    /// <summary>Runs steps until all are done; the first that fails ends the others.</summary>
    /// <exception cref="TrainingException">A step failed.</exception>
    public static void RunAll(IReadOnlyList<TrainingStep> steps, ITrainingProgress progress, CancellationToken cancellation)
    {
        Task all = Parallel.ForEachAsync(
            steps,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (step, ending) => await RunAsync(step, progress, ending).ConfigureAwait(false)
        );
        try
        {
            all.GetAwaiter().GetResult();
        }
        catch (Exception) when (all.Exception?.InnerExceptions.OfType<TrainingException>().FirstOrDefault() is { } failure)
        {
            // The others were ended because of it.
            throw failure;
        }
    }

    /// <summary>Progress of a step for the process that started it: a line on the standard output for each change.</summary>
    public sealed class Reporter(TextWriter output) : IProgressTask
    {
        private double _total = 1;

        public IProgressTask Start(string name, double total)
        {
            _total = total;
            return this;
        }

        public void Say(string sentence) { }

        public void Report(double done, string? detail = null) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ProgressMark}{done / _total:R} {detail}"));

        public void Dispose() { }
    }

    private static async Task RunAsync(TrainingStep step, ITrainingProgress progress, CancellationToken cancellation)
    {
        string specification = Path.Combine(step.Work, $"{step.Network}.step.json");
        await File.WriteAllTextAsync(specification, step.ToJson(), cancellation).ConfigureAwait(false);
        (string program, string[] first) = Host()!.Value;
        var start = new ProcessStartInfo(program, [.. first, Verb, specification])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start) ?? throw new TrainingException($"{program} cannot be started.");
        using IProgressTask task = progress.Start(step.Network, 1);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
                Show(line, task);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        if (process.ExitCode != 0)
        {
            string said = (await errors.ConfigureAwait(false)).Trim();
            throw new TrainingException($"Training {step.Network} failed: {(said.Length > 0 ? said : $"exit code {process.ExitCode}")}");
        }

        File.Delete(specification);
    }

    private static void Show(string line, IProgressTask task)
    {
        if (!line.StartsWith(ProgressMark, StringComparison.Ordinal))
            return;
        string[] parts = line[ProgressMark.Length..].Split(' ', 2);
        if (double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double done))
            task.Report(done, parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
    }

    /// <summary>What starts this program again: the shared runtime's <c>dotnet</c>, or the program itself if it brings its runtime.</summary>
    private static (string Program, string[] Arguments)? Host()
    {
        string library = Path.Combine(AppContext.BaseDirectory, $"{typeof(StepProcess).Assembly.GetName().Name}.dll");
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        string shared = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", $"dotnet{suffix}"));
        if (File.Exists(shared) && File.Exists(Path.ChangeExtension(library, ".runtimeconfig.json")))
            return (shared, ["exec", library]);
        string own = Path.ChangeExtension(library, null) + suffix;
        return Environment.ProcessPath == own ? (own, []) : null;
    }
}
