using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>A real Redis on a port of its own, which a test may kill, freeze and start again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private readonly string _path;
    private readonly int _port;
    private Process _process;

    private RedisServer(string path, int port) => (_path, _port, _process) = (path, port, Run(path, port));

    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>Starts one; skips the test where there is none to start.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        string? path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(directory => Path.Combine(directory, Program)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1", $"{Program} is not installed, and no test may be skipped.");
            Assert.Skip($"{Program} is not installed.");
        }

        var server = new RedisServer(path, FreePort());
        await server.ListeningAsync();
        return server;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = Run(_path, _port);
        await ListeningAsync();
    }

    /// <summary>It keeps its connections and answers nothing.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        return default;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Run(string path, int port)
    {
        var start = new ProcessStartInfo(path, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        };
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private async Task ListeningAsync()
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                Assert.False(_process.HasExited, "redis-server ended.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }
}
