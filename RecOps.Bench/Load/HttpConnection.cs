using System.Net;
using System.Net.Sockets;

namespace RecOps.Bench.Load;

/// <summary>
/// A connection with one request at a time. After writing a request, the caller must call <see cref="Receive"/>. The owner is notified of
/// the answer on the thread it arrives on.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int FirstBuffer = 16 * 1024;
    private readonly IPEndPoint _server;
    private readonly IConnectionOwner _owner;
    private readonly SocketAsyncEventArgs _arrival = new();
    private byte[] _buffer = new byte[FirstBuffer];
    private Socket _socket;
    private int _filled;

    /// <exception cref="SocketException">No server listens there.</exception>
    public HttpConnection(IPEndPoint server, IConnectionOwner owner)
    {
        (_server, _owner) = (server, owner);
        _arrival.Completed += (_, _) =>
        {
            if (Take())
                Receive();
        };
        _socket = Connect();
    }

    /// <summary>The request in flight; set and used by the owner.</summary>
    public Outstanding Request { get; set; }

    /// <summary>Buffer for a request's bytes; set and used by the owner.</summary>
    public byte[] Text { get; set; } = [];

    /// <summary>Sends a request's bytes; a failure shows in <see cref="Receive"/>.</summary>
    public void Write(ReadOnlySpan<byte> request)
    {
        _filled = 0;
        try
        {
            _socket.Send(request);
        }
        catch (SocketException)
        {
            // The following receive reports it.
        }
    }

    /// <summary>Waits for the answer, and for the answers to any requests that the owner writes on notification.</summary>
    public void Receive()
    {
        do
        {
            _arrival.SetBuffer(_buffer, _filled, _buffer.Length - _filled);
            if (_socket.ReceiveAsync(_arrival))
                return;
        } while (Take());
    }

    public void Dispose()
    {
        _socket.Dispose();
        _arrival.Dispose();
    }

    /// <returns>Whether there is more to receive.</returns>
    private bool Take()
    {
        if (_arrival.SocketError != SocketError.Success || _arrival.BytesTransferred == 0)
            return Reconnect() && _owner.Answered(this, default);
        _filled += _arrival.BytesTransferred;
        if (!HttpAnswer.TryRead(_buffer.AsSpan(0, _filled), out HttpAnswer answer))
        {
            if (_filled == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            return true;
        }

        if (answer.Closes && !Reconnect())
            return false;
        return _owner.Answered(this, answer);
    }

    /// <returns>False when the server can no longer be reached; the connection is then lost.</returns>
    private bool Reconnect()
    {
        _socket.Dispose();
        try
        {
            _socket = Connect();
            return true;
        }
        catch (SocketException)
        {
            _owner.Lost(this);
            return false;
        }
    }

    private Socket Connect()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(_server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Sends requests over connections.</summary>
internal interface IConnectionOwner
{
    /// <param name="answer">Its status is 0 when the connection broke.</param>
    /// <returns>Whether another request was written to the connection.</returns>
    bool Answered(HttpConnection connection, in HttpAnswer answer);

    /// <summary>A request was not answered, and the server can no longer be reached.</summary>
    void Lost(HttpConnection connection);
}

/// <summary>A request that is due or in flight.</summary>
/// <param name="Due">Timestamp at which it was due.</param>
/// <param name="Phase">Phase of the run.</param>
internal readonly record struct Outstanding(long Due, int Phase);
