using System.Diagnostics;

namespace RecOps.Tests.Browser;

/// <summary>The server as it is published: the console trimmed and compressed, in the Production environment.</summary>
internal static class PublishedServer
{
    /// <returns>The published program.</returns>
    /// <exception cref="InvalidOperationException">It could not be published; the message has what was printed.</exception>
    public static async Task<string> PublishAsync(string directory, CancellationToken cancellation)
    {
        ProcessStartInfo start = new("dotnet", ["publish", "RecOps.Server", "-c", "Release", "-o", directory, "--nologo"])
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        };

        // What runs these tests told itself about the projects; a build of its own finds out for itself.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        Task<string> printed = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> complained = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The server could not be published:\n{await printed}\n{await complained}");
        return Path.Combine(directory, "RecOps.Server.dll");
    }
}
