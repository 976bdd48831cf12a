using System.Diagnostics;
using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>The load generator in a process of its own, so that it and what it measures share no thread pool and no collector.</summary>
internal static class LoadProcess
{
    /// <param name="cpus">See <see cref="CpuPinning"/>.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it printed.</exception>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, string? cpus, CancellationToken cancellation)
    {
        ProcessStartInfo start = CpuPinning.Start([typeof(LoadProcess).Assembly.Location, .. LoadCommand.ArgumentsOf(plan)], cpus);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // Answers are taken on the thread that polls the sockets: no queue and no other thread between the wire and the clock.
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
