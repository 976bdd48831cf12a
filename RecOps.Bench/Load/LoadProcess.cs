using System.Diagnostics;
using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>The load generator in its own process, so that it shares no thread pool or garbage collector with what it measures.</summary>
internal static class LoadProcess
{
    /// <param name="cpus">See <see cref="CpuPinning"/>.</param>
    /// <exception cref="InvalidOperationException">It failed; the message contains its output.</exception>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, string? cpus, CancellationToken cancellation)
    {
        ProcessStartInfo start = CpuPinning.Start([typeof(LoadProcess).Assembly.Location, .. LoadCommand.ArgumentsOf(plan)], cpus);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // Answers are handled on the thread that polls the sockets: no queue or other thread between the wire and the clock.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The load generator failed:\n{await errors}{output}");
            return LoadCommand.Read(output);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
