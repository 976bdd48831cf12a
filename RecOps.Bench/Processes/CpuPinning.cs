using System.Diagnostics;

namespace RecOps.Bench.Processes;

/// <summary>Starts .NET programs, optionally pinned to cores.</summary>
internal static class CpuPinning
{
    /// <param name="arguments">The program's .dll and its arguments.</param>
    /// <param name="cpus">In taskset's form, <c>0</c> or <c>0-3</c>; null for no pinning.</param>
    public static ProcessStartInfo Start(IEnumerable<string> arguments, string? cpus) =>
        cpus is null ? new ProcessStartInfo("dotnet", arguments) : new ProcessStartInfo("taskset", ["-c", cpus, "dotnet", .. arguments]);
}
