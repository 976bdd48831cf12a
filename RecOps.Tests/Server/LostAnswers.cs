using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RecOps.Tests.Server;

/// <summary>A proxy to PostgreSQL that forwards commands but can lose the answer to a chosen commit: the connection then breaks.</summary>
internal sealed class LostAnswers : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _ends = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile string? _losing;
    private int _lost;

    /// <param name="target">Port of the server.</param>
    public LostAnswers(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Number of lost answers.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Loses the answer to the next commit that follows an insert into a table, on the same connection.</summary>
    public void LoseAnswerToCommitOf(string table) => _losing = $"INSERT INTO \"{table}\"";

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Stop();
        foreach (TcpClient client in _clients)
            client.Dispose();
        await _accepting;
        _ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient near = await _listener.AcceptTcpClientAsync(_ends.Token);
                var far = new TcpClient();
                _clients.Add(near);
                _clients.Add(far);
                await far.ConnectAsync(IPAddress.Loopback, _target, _ends.Token);
                var way = new Way(this, near, far);
                _ = way.AskAsync();
                _ = way.AnswerAsync();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private sealed class Way(LostAnswers owner, TcpClient near, TcpClient far)
    {
        private volatile bool _loses;
        private bool _inserted;

        public Task AskAsync() =>
            CopyAsync(
                near,
                far,
                bytes =>
                {
                    string text = Encoding.Latin1.GetString(bytes);
                    if (owner._losing is { } insert && text.Contains(insert, StringComparison.Ordinal))
                        (_inserted, owner._losing) = (true, null);
                    _loses |= _inserted && text.Contains("COMMIT", StringComparison.Ordinal);
                    return true;
                }
            );

        public Task AnswerAsync() =>
            CopyAsync(
                far,
                near,
                _ =>
                {
                    if (!_loses)
                        return true;
                    Interlocked.Increment(ref owner._lost);
                    return false;
                }
            );

        private async Task CopyAsync(TcpClient from, TcpClient to, Func<byte[], bool> passes)
        {
            byte[] buffer = new byte[64 << 10];
            try
            {
                while (await from.GetStream().ReadAsync(buffer, owner._ends.Token) is > 0 and var count)
                {
                    if (!passes(buffer[..count]))
                        break;
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), owner._ends.Token);
                }
            }
            catch (Exception error)
                when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // One side has closed.
            }

            near.Close();
            far.Close();
        }
    }
}
