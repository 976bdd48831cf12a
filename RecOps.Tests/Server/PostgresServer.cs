using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>A real PostgreSQL on its own port, which a test can kill and restart.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "recops";
    private readonly string _programs;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("recops-postgres-");
    private readonly int _port = FreePort();
    private Process? _process;

    private PostgresServer(string programs) => _programs = programs;

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Starts PostgreSQL; skips the test if it is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        string[] path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        string[] packaged = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        string? programs = packaged
            .Select(version => Path.Combine(version, "bin"))
            .Concat(path)
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")));
        if (programs is null)
        {
            Assert.False(
                Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1",
                "PostgreSQL is not installed, and no test may be skipped."
            );
            Assert.Skip("PostgreSQL is not installed.");
        }

        var server = new PostgresServer(programs);
        if (IsRoot)
            Run("chown", "postgres", server._data.FullName);
        (string program, string[] arguments) = server.AsUser(
            "initdb",
            "-D",
            server._data.FullName,
            "-U",
            User,
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync"
        );
        Run(program, arguments);
        await server.StartAgainAsync();
        return server;
    }

    public int Port => _port;

    /// <returns>Connection string of a new, empty database.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"recops_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ConnectionTo(name);
    }

    public void Kill()
    {
        if (_process is not { HasExited: false })
            return;
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public async Task StartAgainAsync()
    {
        _process?.Dispose();
        (string program, string[] arguments) = AsUser(
            "postgres",
            "-D",
            _data.FullName,
            "-p",
            _port.ToString(CultureInfo.InvariantCulture),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=off"
        );
        _process = Process.Start(Quiet(program, arguments))!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Waiting.UntilAsync(async () =>
        {
            Assert.False(_process.HasExited, "PostgreSQL ended.");
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        Kill();
        _process?.Dispose();

        // Its processes notice within moments that the first one is gone, and write until then.
        await Waiting.UntilAsync(() =>
        {
            try
            {
                _data.Delete(recursive: true);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(Quiet(program, arguments))!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}");
    }

    private static ProcessStartInfo Quiet(string program, string[] arguments) =>
        new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };

    private string ConnectionTo(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username={User};Pooling=true;Timeout=2";

    private (string Program, string[] Arguments) AsUser(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        return IsRoot ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]) : (path, arguments);
    }
}
