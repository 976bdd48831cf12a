using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RecOps.Bench.Redis;

/// <summary>A redis-server from the PATH on a free loopback port, which can be killed, frozen and restarted.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly string[] _settings;
    private Process _process;

    /// <param name="settings">Additional command-line arguments.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no redis-server.</exception>
    public RedisProcess(params string[] settings)
    {
        _settings = settings;
        _process = Start();
    }

    public int Port { get; } = FreePort();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public bool HasExited => _process.HasExited;

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Restart()
    {
        _process.Dispose();
        _process = Start();
    }

    /// <summary>Redis keeps its connections but stops answering.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    /// <summary>A port that was free just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Start()
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            "redis-server",
            ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. _settings]
        )
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
