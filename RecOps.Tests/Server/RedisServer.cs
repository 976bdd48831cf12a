using System.Net;
using System.Net.Sockets;
using RecOps.Bench.Redis;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>A real Redis on its own port, which a test can kill, freeze and restart.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private readonly RedisProcess _process;

    private RedisServer(string[] settings) => _process = new RedisProcess(settings);

    public string ConnectionString => _process.ConnectionString;

    public int Port => _process.Port;

    /// <summary>Starts Redis; skips the test if it is not installed.</summary>
    /// <param name="settings">Additional command-line arguments.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        string[] path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!path.Any(directory => File.Exists(Path.Combine(directory, Program))))
        {
            Assert.False(
                Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1",
                $"{Program} is not installed, and no test may be skipped."
            );
            Assert.Skip($"{Program} is not installed.");
        }

        var server = new RedisServer(settings);
        await server.ListeningAsync();
        return server;
    }

    public void Kill() => _process.Kill();

    public async Task RestartAsync()
    {
        _process.Restart();
        await ListeningAsync();
    }

    /// <summary>It keeps its connections but answers nothing.</summary>
    public void Freeze() => _process.Freeze();

    public void Thaw() => _process.Thaw();

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return default;
    }

    private async Task ListeningAsync()
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _process.Port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                Assert.False(_process.HasExited, $"{Program} ended.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }
}
