using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Engine;

namespace RecOps.Tests.Server.Recommendations;

/// <summary>
/// Simulates computations on several cores in virtual time: Poisson arrivals, exponential service times (M/M/c). Arrivals that the limit
/// admits beyond the cores wait in order; the others are rejected at once.
/// </summary>
internal sealed class SimulatedStation(int cores, double meanSeconds, FakeTimeProvider time, ConcurrencyLimit limit, int seed)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<double, double> _completions = new();
    private readonly Queue<double> _waiting = new();
    private double _now;

    public double MeanSeconds { get; set; } = meanSeconds;

    /// <summary>Sends load for a while.</summary>
    /// <param name="rate">Arrivals per second.</param>
    public Outcome Run(double rate, double seconds)
    {
        double end = _now + seconds;
        double arrival = _now + Exponential(1 / rate);
        var latencies = new List<double>();
        int refused = 0;
        while (true)
        {
            double completion = _completions.TryPeek(out double arrived, out double at) ? at : double.PositiveInfinity;
            double next = Math.Min(arrival, completion);
            if (next >= end)
                break;
            MoveTo(next);
            if (completion <= arrival)
            {
                _completions.Dequeue();
                double latency = _now - arrived;
                latencies.Add(latency);
                limit.Exit((long)(latency * time.TimestampFrequency), ComputationOutcome.Done);
                if (_waiting.TryDequeue(out double first))
                    Start(first);
                continue;
            }

            arrival = _now + Exponential(1 / rate);
            if (!limit.TryEnter())
                refused++;
            else if (_completions.Count < cores)
                Start(_now);
            else
                _waiting.Enqueue(_now);
        }

        MoveTo(end);
        return new Outcome(latencies.Count / seconds, refused / seconds, latencies.Count == 0 ? 0 : latencies.Average());
    }

    private void Start(double arrived) => _completions.Enqueue(arrived, _now + Exponential(MeanSeconds));

    private double Exponential(double mean) => -Math.Log(1 - _random.NextDouble()) * mean;

    private void MoveTo(double moment)
    {
        time.Advance(TimeSpan.FromSeconds(moment - _now));
        _now = moment;
    }

    /// <summary>Rates per second, and the mean latency of completed computations in seconds.</summary>
    public sealed record Outcome(double Completed, double Refused, double MeanLatency);
}
