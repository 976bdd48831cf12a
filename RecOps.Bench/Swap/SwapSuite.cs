using System.CommandLine;
using System.Diagnostics;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;
using RecOps.Shared;
using RecOps.Shared.Models;

namespace RecOps.Bench.Swap;

/// <summary>
/// <c>swap</c>: how repeated model changes under load affect requests and memory.
/// </summary>
internal sealed class SwapSuite : Command
{
    private const string Verb = "swap";
    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;

    private readonly Option<string> _other = new("--other")
    {
        Description = "Name of another bundle in the same directory as the first.",
        HelpName = "name",
        Required = true,
    };

    private readonly Option<int> _swaps = new("--swaps")
    {
        Description = "Number of model changes.",
        HelpName = "n",
        DefaultValueFactory = _ => 50,
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds of the phases before and after.",
        HelpName = "n",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<double> _swapping = new("--swap-seconds")
    {
        Description = "Seconds of the phase with the changes.",
        HelpName = "n",
        DefaultValueFactory = _ => 150,
    };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Requests per second.",
        HelpName = "n",
        DefaultValueFactory = _ => 200,
    };

    public SwapSuite()
        : base(Verb, "Change the model repeatedly under load: latency, failed requests, memory.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        foreach (Option option in (Option[])[_other, _swaps, _seconds, _swapping, _rate])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        (int swaps, double seconds, double swapping, double rate) = (
            parsed.GetValue(_swaps),
            parsed.GetValue(_seconds),
            parsed.GetValue(_swapping),
            parsed.GetValue(_rate)
        );
        string first = Path.GetFileName(_servers.Bundle(parsed));
        string other = parsed.GetValue(_other)!;
        Report report = ServerOptions.Report(parsed, Verb, "Swapping models under load");
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation, ("Models__RetireAfterSeconds", "1"));
        await server.Process.SignInAsync(cancellation);

        // Both models serve once before anything is counted, so that the phases compare the same compiled code and the same caches.
        await ActivateAsync(server, other, cancellation);
        await ActivateAsync(server, first, cancellation);
        LoadPhase[] loads = [new(rate, 2 * seconds), new(rate, seconds), new(rate, swapping), new(rate, seconds)];
        LoadPlan plan = _load.Open(parsed, server, _servers.Manifest(parsed).Counts.Users, loads) with { Zipf = 1 };
        Task<MeasuredLoad> loading = server.LoadAsync(plan, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(3 * seconds), cancellation);
        ProcessUsage before = server.Process.Usage;
        var times = new List<double>();
        var running = Stopwatch.StartNew();
        for (int i = 0; i < swaps; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds(swapping * i / swaps);
            if (due > running.Elapsed)
                await Task.Delay(due - running.Elapsed, cancellation);
            long start = Stopwatch.GetTimestamp();
            await ActivateAsync(server, i % 2 == 0 ? other : first, cancellation);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        ProcessUsage during = server.Process.Usage;
        PhaseResult[] phases = (await loading).Result.Phases;
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        ProcessUsage after = server.Process.Usage;
        times.Sort();
        report.Paragraph(
            $"{first} and {other} alternate, {swaps} changes in {swapping:0} s, under {Figure.Rate(rate)} requests per second in an open "
                + $"loop, users by Zipf's law; with {seconds:0} s before and {seconds:0} s after, without changes."
        );
        report.Table(
            ["", "requests", "not answered with a list", "p50 ms", "p99 ms", "p99.9 ms"],
            [Row("before", phases[1]), Row($"{swaps} changes", phases[2]), Row("after", phases[3])]
        );
        report.Paragraph(
            $"From the call until the new model answers: p50 {Figure.Ms(times[times.Count / 2])} ms, slowest {Figure.Ms(times[^1])} ms. "
                + $"Meanwhile it is opened, verified, run through every stage and warmed up, while the current model keeps answering."
        );
        report.Table(
            ["memory", "private MB", "resident MB"],
            [Memory("before", before), Memory("right after the last change", during), Memory("at the end", after)]
        );
        report.Save(_servers.Out(parsed));
        if (phases.Sum(phase => phase.Sent - phase.Lists) == 0)
            return 0;
        foreach (PhaseResult phase in phases)
            await Console.Error.WriteLineAsync(string.Join(", ", phase.Statuses.Select(status => $"{status.Key}: {status.Value}")));
        await Console.Error.WriteLineAsync(server.Process.Printed);
        return 1;
    }

    private static Task<ModelList> ActivateAsync(RunningServer server, string bundle, CancellationToken cancellation) =>
        server.Process.PostAsync<ModelList>(Routes.ActivationOf(bundle), new { }, cancellation);

    private static string[] Row(string name, PhaseResult phase) =>
        [
            name,
            Figure.Count(phase.Sent),
            Figure.Count(phase.Sent - phase.Lists),
            Figure.Ms(phase.P50Ms),
            Figure.Ms(phase.P99Ms),
            Figure.Ms(phase.P999Ms),
        ];

    private static string[] Memory(string name, ProcessUsage usage) =>
        [name, Figure.Megabytes(usage.PrivateBytes), Figure.Megabytes(usage.ResidentBytes)];
}
