using System.Collections.Concurrent;
using RecOps.Serving.Batching;

namespace RecOps.Tests.Serving.Batching;

/// <summary>A device whose runs last until the test releases them.</summary>
internal sealed class GatedDevice(int lanes = 1, bool independent = true, int maxBatch = 8) : IBatchDevice<Question>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _gate = new(0);

    public int Lanes => lanes;

    public bool IndependentLanes => independent;

    public int MaxBatch => maxBatch;

    /// <summary>Numbers of the jobs of each run, in order.</summary>
    public ConcurrentQueue<int[]> Runs { get; } = new();

    /// <summary>Runs that contain this number throw.</summary>
    public int? Poison { get; set; }

    /// <summary>Whether runs end without being released.</summary>
    public bool Open { get; set; }

    public int PaddedSize(int count) => count;

    public void Run(int lane, ReadOnlySpan<Question> jobs)
    {
        var numbers = new int[jobs.Length];
        for (int i = 0; i < jobs.Length; i++)
            numbers[i] = jobs[i].Number;
        Runs.Enqueue(numbers);
        _entered.Release();
        if (!Open && !_gate.Wait(Patience))
            throw new TimeoutException("The test never let this run end.");
        if (Poison is { } poison && numbers.Contains(poison))
            throw new InvalidOperationException("Poison.");
        foreach (Question job in jobs)
            job.Answer = job.Number * 2;
    }

    /// <summary>Completes when one more run has begun.</summary>
    public async Task EnteredAsync()
    {
        if (!await _entered.WaitAsync(Patience))
            throw new TimeoutException("No run began.");
    }

    /// <summary>Releases this many runs.</summary>
    public void Let(int runs = 1) => _gate.Release(runs);

    public void Dispose()
    {
        _entered.Dispose();
        _gate.Dispose();
    }
}
