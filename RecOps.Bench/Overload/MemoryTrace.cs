using System.Diagnostics;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Overload;

/// <summary>A server's memory during a run.</summary>
internal sealed class MemoryTrace
{
    private readonly List<(double Seconds, ProcessUsage Usage)> _samples = [];

    public async Task WatchAsync(ServerProcess server, TimeSpan interval, CancellationToken cancellation)
    {
        var elapsed = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(interval);
        try
        {
            do _samples.Add((elapsed.Elapsed.TotalSeconds, server.Usage));
            while (server.ExitCode is null && await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>Memory at the start, at a few points in between, and at the end.</summary>
    public string Describe()
    {
        const int points = 8;
        var at = Enumerable.Range(0, points).Select(i => _samples[i * (_samples.Count - 1) / (points - 1)]).Distinct();
        return "Resident memory in MB (without mapped files in brackets): "
            + string.Join(
                ", ",
                at.Select(s =>
                    $"{Figure.Megabytes(s.Usage.ResidentBytes)} ({Figure.Megabytes(s.Usage.PrivateBytes)}) after {s.Seconds:0} s"
                )
            )
            + ".";
    }
}
