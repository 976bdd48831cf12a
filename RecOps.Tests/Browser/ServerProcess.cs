using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace RecOps.Tests.Browser;

/// <summary>The built server in its own process, with its demo bundle, on a port chosen by the system.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    public const string AdminPassword = "password of admin";
    public const string ApiKey = "rk_of-all-tests-of-the-browser";

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="modelsDirectory">Contains the demo bundle, unless settings say otherwise.</param>
    /// <param name="settings">In the form of environment variables.</param>
    /// <exception cref="InvalidOperationException">It did not become ready; the message has its output.</exception>
    public static Task<ServerProcess> StartAsync(
        string dataDirectory,
        string modelsDirectory,
        params (string Name, string Value)[] settings
    ) => StartProgramAsync(ProgramPath, dataDirectory, modelsDirectory, settings);

    /// <param name="program">The server's .dll.</param>
    public static async Task<ServerProcess> StartProgramAsync(
        string program,
        string dataDirectory,
        string modelsDirectory,
        params (string Name, string Value)[] settings
    )
    {
        ProcessStartInfo start = new("dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
                ["Logging__Console__FormatterName"] = "simple",
                ["Data__Directory"] = dataDirectory,
                ["Models__Directory"] = modelsDirectory,
                ["Demo__Traffic"] = "true",
                ["Demo__RequestsPerSecond"] = "10",
                ["RateLimits__Enabled"] = "false",

                // It is too short-lived to pay back the cost of profiling for hot code.
                ["DOTNET_TieredPGO"] = "0",
                ["Bootstrap__AdminPassword"] = AdminPassword,
                ["Bootstrap__StorefrontKey"] = ApiKey,

                // It shares its processors with a browser and the other tests; fallback lists are not what these tests are about.
                ["Serving__DeadlineMs"] = "5000",
            },
        };
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> printed = [];
        void Read(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;

            lock (printed)
                printed.Add(line.Data);
            if (Listening().Match(line.Data) is { Success: true } match)
                listening.TrySetResult(new(match.Groups[1].Value));
        }

        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ServerProcess? server = null;
        try
        {
            Task exited = process.WaitForExitAsync();
            if (await Task.WhenAny(listening.Task, exited).WaitAsync(StartLimit) == exited)
                throw new InvalidOperationException("The server exited before it was listening.");

            server = new(process, await listening.Task);
            await server.ReadyAsync(exited);
            return server;
        }
        catch (Exception failure)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
            lock (printed)
                throw new InvalidOperationException($"The server did not start:\n{string.Join('\n', printed)}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Built in the same configuration as these tests.</summary>
    public static string ProgramPath
    {
        get
        {
            string output = Path.GetRelativePath(Repository.ProjectDirectory, AppContext.BaseDirectory);
            string path = Path.Combine(Repository.Root, "RecOps.Server", output, "RecOps.Server.dll");
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing; build RecOps.Server.");
        }
    }

    private async Task ReadyAsync(Task exited)
    {
        using HttpClient http = new() { BaseAddress = Address };
        Stopwatch waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < StartLimit && !exited.IsCompleted)
        {
            using HttpResponseMessage answer = await http.GetAsync(RecOps.Shared.Routes.Ready);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The server never became ready.");
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
