using System.Globalization;
using System.Runtime.InteropServices;

namespace RecOps.Bench.Reports;

/// <summary>The machine that figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        double gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {gigabytes:0} GB; {RuntimeInformation.OSDescription}; "
                + $"{RuntimeInformation.FrameworkDescription}"
        );
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
