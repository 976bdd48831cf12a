using System.Diagnostics;
using System.Globalization;

namespace RecOps.Bench.Processes;

/// <summary>What a process has used so far.</summary>
/// <param name="Cpu">CPU time of all its threads.</param>
/// <param name="ResidentBytes">Resident memory, including mapped files.</param>
/// <param name="PrivateBytes">Resident memory without mapped files, which the system can drop; 0 where it is unknown.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long ResidentBytes, long PrivateBytes)
{
    public static ProcessUsage Of(int processId)
    {
        using Process process = Process.GetProcessById(processId);
        return new ProcessUsage(process.TotalProcessorTime, process.WorkingSet64, PrivateOf(processId));
    }

    private static long PrivateOf(int processId)
    {
        string path = $"/proc/{processId}/status";
        if (!File.Exists(path))
            return 0;
        string? line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return line is null
            ? 0
            : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
