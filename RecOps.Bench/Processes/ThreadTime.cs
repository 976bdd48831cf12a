using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RecOps.Bench.Processes;

/// <summary>CPU time of the calling thread, so that other load on the machine does not count.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Falls back to elapsed time where the system does not provide it.</summary>
    public static TimeSpan Now
    {
        get
        {
            if (!OperatingSystem.IsLinux() || GetTime(ThreadClock, out Moment now) != 0)
                return Stopwatch.GetElapsedTime(0);
            return TimeSpan.FromTicks((now.Seconds * TimeSpan.TicksPerSecond) + (now.Nanoseconds / TimeSpan.NanosecondsPerTick));
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Moment now);

    private struct Moment
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
