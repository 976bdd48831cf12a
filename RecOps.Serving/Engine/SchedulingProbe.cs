namespace RecOps.Serving.Engine;

/// <summary>
/// Queues probes to the thread pool from a dedicated thread: a timer's callback would wait in the queue that it measures.
/// </summary>
internal sealed class SchedulingProbe(SchedulingDelay delay) : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Probe) { IsBackground = true, Name = nameof(SchedulingProbe) };
        _thread.Start();
    }

    public void Execute() => delay.Ran();

    public void Stop()
    {
        _stop.Set();
        _thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Probe()
    {
        while (!_stop.Wait(Interval))
        {
            if (delay.TryQueue())
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
