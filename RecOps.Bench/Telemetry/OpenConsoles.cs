using RecOps.Bench.Processes;
using RecOps.Shared;

namespace RecOps.Bench.Telemetry;

/// <summary>Simulated consoles: each keeps the live stream open and reads all of it.</summary>
internal sealed class OpenConsoles : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly List<Task> _readers = [];
    private long _bytes;

    private OpenConsoles() { }

    /// <summary>Bytes read by all consoles together.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <param name="server">Must be signed in.</param>
    public static async Task<OpenConsoles> OpenAsync(ServerProcess server, int count, CancellationToken cancellation)
    {
        var consoles = new OpenConsoles();
        for (int i = 0; i < count; i++)
        {
            Stream stream = await server.OpenAsync(Routes.TelemetryStream, cancellation);
            consoles._readers.Add(consoles.ReadAsync(stream));
        }

        return consoles;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await Task.WhenAll(_readers);
        _closed.Dispose();
    }

    private async Task ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[65536];
        await using (stream)
        {
            try
            {
                while (await stream.ReadAsync(buffer, _closed.Token) is > 0 and int read)
                    Interlocked.Add(ref _bytes, read);
            }
            catch (OperationCanceledException)
            {
                // Closed.
            }
        }
    }
}
