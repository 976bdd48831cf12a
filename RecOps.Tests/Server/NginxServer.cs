using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>
/// A real nginx on its own port in front of a server, configured as docs/security.md asks: it forwards the caller's address and scheme. The
/// server is available at the root and under two base paths.
/// </summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"];
    private readonly Process _process;
    private readonly TempDirectory _directory;

    private NginxServer(Process process, TempDirectory directory, int port)
    {
        (_process, _directory) = (process, directory);
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    /// <summary>A base path that is forwarded to the server, and set in Hosting:PathBase.</summary>
    public Uri LeftOn => new(Address, "recops/");

    /// <summary>A base path that is only sent in a header.</summary>
    public Uri TakenOff => new(Address, "console/");

    /// <summary>Starts nginx; skips the test if it is not installed.</summary>
    public static async Task<NginxServer> StartAsync(Uri server)
    {
        string program = ProgramOrSkip();
        var directory = new TempDirectory();
        int port = FreePort();
        string upstream = server.GetLeftPart(UriPartial.Authority);
        const string forwarded = """
            proxy_http_version 1.1;
                  proxy_set_header Host $http_host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_set_header X-Forwarded-Proto https;
            """;
        directory.Write(
            "nginx.conf",
            $$"""
            daemon off;
            master_process off;
            pid {{directory.At("nginx.pid")}};
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{directory.At("body")}};
              proxy_temp_path {{directory.At("proxy")}};
              fastcgi_temp_path {{directory.At("fastcgi")}};
              uwsgi_temp_path {{directory.At("uwsgi")}};
              scgi_temp_path {{directory.At("scgi")}};
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  proxy_pass {{upstream}};
                  {{forwarded}}
                  proxy_set_header X-Forwarded-Prefix "";
                }
                location /recops/ {
                  proxy_pass {{upstream}};
                  {{forwarded}}
                  proxy_set_header X-Forwarded-Prefix /recops;
                }
                location /console/ {
                  proxy_pass {{upstream}}/;
                  {{forwarded}}
                  proxy_set_header X-Forwarded-Prefix /console;
                }
              }
            }
            """
        );
        Process process = Process.Start(
            new ProcessStartInfo(program, ["-c", directory.At("nginx.conf"), "-p", directory.Path, "-e", "stderr"])
            {
                RedirectStandardError = true,
            }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var nginx = new NginxServer(process, directory, port);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return nginx;
            }
            catch (SocketException)
            {
                Assert.False(process.HasExited, "nginx ended.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    /// <summary>Skips the test if nginx is not installed; call it before starting anything that only this test needs.</summary>
    public static string ProgramOrSkip()
    {
        if (Array.Find(Places, File.Exists) is { } program)
            return program;
        Assert.False(
            Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1",
            "nginx is not installed, and no test may be skipped."
        );
        Assert.Skip("nginx is not installed.");
        throw new UnreachableException();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
