using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Machine;

/// <summary>Load of the server's process. Shares cover the time since the last call; one caller at a time.</summary>
internal sealed class ProcessReader(TimeProvider time)
{
    private long _lastTimestamp = time.GetTimestamp();
    private TimeSpan _lastCpu = Environment.CpuUsage.TotalTime;
    private TimeSpan _lastPause = GC.GetTotalPauseDuration();
    private long _lastAllocated = GC.GetTotalAllocatedBytes();

    public ProcessState Read()
    {
        long now = time.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        TimeSpan pause = GC.GetTotalPauseDuration();
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan wall = time.GetElapsedTime(_lastTimestamp, now);
        var state = new ProcessState(
            Share(cpu - _lastCpu, wall * Environment.ProcessorCount),
            Environment.ProcessorCount,
            Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false),
            Share(pause - _lastPause, wall)
        )
        {
            Threads = ThreadPool.ThreadCount,
            QueuedWork = ThreadPool.PendingWorkItemCount,
            AllocatedBytesPerSecond = wall <= TimeSpan.Zero ? 0 : (allocated - _lastAllocated) / wall.TotalSeconds,
        };
        (_lastTimestamp, _lastCpu, _lastPause, _lastAllocated) = (now, cpu, pause, allocated);
        return state;
    }

    private static double Share(TimeSpan part, TimeSpan whole) => whole <= TimeSpan.Zero ? 0 : Math.Clamp(100 * (part / whole), 0, 100);
}
