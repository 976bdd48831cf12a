using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using RecOps.Client.Telemetry;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client;

/// <summary>The server's end of the telemetry stream. Each connection is a new pipe; the test writes to the newest.</summary>
internal sealed class FakeEventStream
{
    private readonly Channel<bool> _connected = Channel.CreateUnbounded<bool>();
    private Pipe _pipe = new();

    public FakeEventStream(FakeServer server) =>
        server.On(
            "GET",
            Routes.TelemetryStream,
            call =>
            {
                _pipe = new();
                Pipe mine = _pipe;
                call.Aborted.Register(() => mine.Writer.Complete(new IOException("aborted")));
                Connections++;
                _connected.Writer.TryWrite(true);
                return Task.FromResult(
                    new HttpResponseMessage
                    {
                        Content = new StreamContent(mine.Reader.AsStream()) { Headers = { ContentType = new("text/event-stream") } },
                    }
                );
            }
        );

    public int Connections { get; private set; }

    /// <summary>Waits for the console to connect again.</summary>
    public async Task ConnectedAsync() =>
        await _connected.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Waiting.Patience);

    public Task SendAsync(TelemetrySnapshot snapshot) =>
        WriteAsync($"event: snapshot\ndata: {JsonSerializer.Serialize(snapshot, TelemetryJson.Default.TelemetrySnapshot)}\n\n");

    public Task HeartbeatAsync() => WriteAsync("event: heartbeat\ndata: {}\n\n");

    public void Break() => _pipe.Writer.Complete(new IOException("The connection was reset."));

    public void End() => _pipe.Writer.Complete();

    private async Task WriteAsync(string text)
    {
        await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
        await _pipe.Writer.FlushAsync();
    }
}
