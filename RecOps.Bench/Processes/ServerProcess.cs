using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Shared;

namespace RecOps.Bench.Processes;

/// <summary>A server in its own process, on a port chosen by the system.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly HttpClient _http;
    private readonly Queue<string> _printed;

    private ServerProcess(Process process, DirectoryInfo data, IPEndPoint address, TimeSpan openTime, Queue<string> printed)
    {
        (_process, _data, Address, OpenTime, _printed) = (process, data, address, openTime, printed);
        _http = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add(StorefrontGate.Header, BenchAccess.Key);
    }

    public IPEndPoint Address { get; }

    /// <summary>From the start of the process until it reported ready.</summary>
    public TimeSpan OpenTime { get; }

    public ProcessUsage Usage => ProcessUsage.Of(_process.Id);

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>The last lines it printed.</summary>
    public string Printed
    {
        get
        {
            lock (_printed)
                return string.Join('\n', _printed);
        }
    }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="arguments">The program's .dll and its arguments.</param>
    /// <exception cref="InvalidOperationException">It did not become ready; the message contains its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> settings,
        string? cpus,
        CancellationToken cancellation
    )
    {
        ProcessStartInfo start = CpuPinning.Start(arguments, cpus);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        DirectoryInfo data = Directory.CreateTempSubdirectory("recops-bench-");
        start.Environment["Data__Directory"] = data.FullName;
        foreach ((string name, string value) in BenchAccess.Settings)
            start.Environment[name] = value;
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        var opening = Stopwatch.StartNew();
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        var printed = new Queue<string>();
        var listening = new TaskCompletionSource<IPEndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Read(line.Data, printed, listening);
        process.ErrorDataReceived += (_, line) => Read(line.Data, printed, listening);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Task exited = process.WaitForExitAsync(cancellation);
            if (await Task.WhenAny(listening.Task, exited).WaitAsync(StartLimit, cancellation) == exited)
                throw new InvalidOperationException("It exited before it was listening.");
            IPEndPoint address = await listening.Task;
            await ReadyAsync(address, exited, cancellation);
            return new ServerProcess(process, data, address, opening.Elapsed, printed);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            End(process, data);
            lock (printed)
                throw new InvalidOperationException($"The server did not start. {error.Message}\n{string.Join('\n', printed)}", error);
        }
        catch
        {
            End(process, data);
            throw;
        }
    }

    public Task<string> GetAsync(string path, CancellationToken cancellation) => _http.GetStringAsync(path, cancellation);

    /// <summary>Signs in, so that this process can call endpoints that need a user.</summary>
    public Task SignInAsync(CancellationToken cancellation) => BenchAccess.SignInAsync(_http, cancellation);

    /// <summary>Opens a streaming answer that does not end by itself.</summary>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellation) => _http.GetStreamAsync(path, cancellation);

    /// <exception cref="HttpRequestException">It answered with an error.</exception>
    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync(path, body, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<T>(cancellation) ?? throw new HttpRequestException($"{path} answered nothing.");
    }

    /// <summary>Replaces a resource, whatever its current version.</summary>
    /// <exception cref="HttpRequestException">It answered with an error.</exception>
    public async Task PutAsync(string path, object body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path)
        {
            Content = JsonContent.Create(body, body.GetType(), options: Json),
        };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        await _http.GetFromJsonAsync<T>(path, cancellation) ?? throw new HttpRequestException($"{path} answered nothing.");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        End(_process, _data);
        await Task.CompletedTask;
    }

    private static void Read(string? line, Queue<string> printed, TaskCompletionSource<IPEndPoint> listening)
    {
        const int kept = 40;
        if (line is null)
            return;
        lock (printed)
        {
            printed.Enqueue(line);
            if (printed.Count > kept)
                printed.Dequeue();
        }

        if (Listening().Match(line) is { Success: true } match)
            listening.TrySetResult(IPEndPoint.Parse(match.Groups[1].Value));
    }

    private static async Task ReadyAsync(IPEndPoint address, Task exited, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < StartLimit && !exited.IsCompleted)
        {
            using HttpResponseMessage answer = await http.GetAsync(Routes.Ready, cancellation);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Delay(20, cancellation);
        }

        throw new InvalidOperationException("It never became ready.");
    }

    private static void End(Process process, DirectoryInfo data)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        data.Delete(recursive: true);
    }

    [GeneratedRegex(@"Now listening on: http://(\S+)")]
    private static partial Regex Listening();
}
