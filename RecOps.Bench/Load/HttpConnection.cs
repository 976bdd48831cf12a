using System.Net;
using System.Net.Sockets;

namespace RecOps.Bench.Load;

/// <summary>
/// One connection that asks one thing at a time. Whoever writes a request must call <see cref="Receive"/> next; the owner hears of
/// the answer on whatever thread it arrives.
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

    /// <exception cref="SocketException">Nobody listens there.</exception>
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

    /// <summary>The request on its way; the owner's.</summary>
    public Outstanding Request { get; set; }

    /// <summary>Scratch for the bytes of a request; the owner's.</summary>
    public byte[] Text { get; set; } = [];

    /// <summary>Sends bytes of a request; a failure shows when the answer is awaited.</summary>
    public void Write(ReadOnlySpan<byte> request)
    {
        _filled = 0;
        try
        {
            _socket.Send(request);
        }
        catch (SocketException)
        {
            // The receive that follows reports it.
        }
    }

    /// <summary>Waits for the answer, and for those of the requests that the owner writes when it hears of one.</summary>
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

    /// <returns>Whether there is something more to receive.</returns>
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

    /// <returns>False when the server cannot be reached any more: the connection is then lost.</returns>
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

/// <summary>Who sends requests over connections.</summary>
internal interface IConnectionOwner
{
    /// <param name="answer">Its status is 0 when the connection broke instead of answering.</param>
    /// <returns>Whether another request was written to the connection.</returns>
    bool Answered(HttpConnection connection, in HttpAnswer answer);

    /// <summary>A request was not answered and the server cannot be reached again.</summary>
    void Lost(HttpConnection connection);
}

/// <summary>A request that is due or on its way.</summary>
/// <param name="Due">Timestamp at which it was to be sent.</param>
/// <param name="Phase">Of the run.</param>
internal readonly record struct Outstanding(long Due, int Phase);
