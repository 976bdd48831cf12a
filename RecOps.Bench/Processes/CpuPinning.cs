using System.Diagnostics;

namespace RecOps.Bench.Processes;

/// <summary>Starts .NET programs, on cores of their own where that is wanted.</summary>
internal static class CpuPinning
{
    /// <param name="arguments">The program's .dll and what it is told.</param>
    /// <param name="cpus">As taskset takes them, <c>0</c> or <c>0-3</c>; null for wherever the system likes.</param>
    public static ProcessStartInfo Start(IEnumerable<string> arguments, string? cpus) =>
        cpus is null ? new ProcessStartInfo("dotnet", arguments) : new ProcessStartInfo("taskset", ["-c", cpus, "dotnet", .. arguments]);
}
