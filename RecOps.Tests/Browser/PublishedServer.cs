using System.Diagnostics;

namespace RecOps.Tests.Browser;

/// <summary>The published server, with the console trimmed and compressed; published once, by the first test that needs it.</summary>
internal static class PublishedServer
{
#if DEBUG
    // Only Release is trimmed as shipped, and it was not built for these tests.
    private static readonly string[] Built = [];
#else
    private static readonly string[] Built = ["--no-build"];
#endif

    private static readonly Lazy<Task<string>> Program = new(PublishAsync);

    /// <returns>The published program.</returns>
    /// <exception cref="InvalidOperationException">It could not be published; the message has the output.</exception>
    public static Task<string> ProgramAsync() => Program.Value;

    private static async Task<string> PublishAsync()
    {
        string directory = Directory.CreateTempSubdirectory("recops-published-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        ProcessStartInfo start = DotnetCommand.Of(["publish", "RecOps.Server", "-c", "Release", .. Built, "-o", directory, "--nologo"]);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        Task<string> printed = process.StandardOutput.ReadToEndAsync();
        Task<string> complained = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The server could not be published:\n{await printed}\n{await complained}");
        return Path.Combine(directory, "RecOps.Server.dll");
    }
}
