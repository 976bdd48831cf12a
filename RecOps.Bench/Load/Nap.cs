using System.Runtime.InteropServices;

namespace RecOps.Bench.Load;

/// <summary>Sleeps for microseconds without spinning: CPU time that the generator uses is lost to the server on the same machine.</summary>
internal static partial class Nap
{
    private const int SetTimerSlack = 29;

    /// <summary>Makes the calling thread wake up on time, not up to 50 µs later.</summary>
    public static void BePunctual()
    {
        if (OperatingSystem.IsLinux())
            _ = Control(SetTimerSlack, 1, 0, 0, 0);
    }

    public static void For(TimeSpan time)
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.Sleep(time < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : time);
            return;
        }

        var wanted = new Duration
        {
            Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * 100),
        };
        _ = Sleep(wanted, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in Duration wanted, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    private struct Duration
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
