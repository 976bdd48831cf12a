using System.Buffers.Text;
using System.Text;

namespace RecOps.Bench.Load;

/// <summary>
/// What the load generator needs to know about an answer, read from its bytes with as little work as possible: the generator shares the
/// machine with the server it measures.
/// </summary>
/// <param name="Length">Bytes of the whole answer.</param>
/// <param name="Status">0 when this is not HTTP/1.1.</param>
/// <param name="Source">See <see cref="ListSource"/>.</param>
/// <param name="Degraded">A fallback list.</param>
/// <param name="Closes">The server closes this connection.</param>
internal readonly record struct HttpAnswer(int Length, int Status, byte Source, bool Degraded, bool Closes)
{
    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <returns>False while the answer is incomplete.</returns>
    public static bool TryRead(ReadOnlySpan<byte> received, out HttpAnswer answer)
    {
        answer = default;
        int headLength = received.IndexOf(EndOfHead);
        if (headLength < 0)
            return false;
        ReadOnlySpan<byte> head = received[..(headLength + 2)];
        ReadOnlySpan<byte> rest = received[(headLength + EndOfHead.Length)..];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            answer = new HttpAnswer(received.Length, 0, ListSource.None, false, Closes: true);
            return true;
        }

        ReadOnlySpan<byte> lengthText = Header(head, "Content-Length: ");
        int bodyLength = 0;
        if (!lengthText.IsEmpty)
            bodyLength = Utf8Parser.TryParse(lengthText, out int length, out _) ? length : 0;
        else if (Header(head, "Transfer-Encoding: ").SequenceEqual("chunked"u8))
            bodyLength = ChunkedLength(rest);
        if (bodyLength < 0 || rest.Length < bodyLength)
            return false;
        ReadOnlySpan<byte> body = rest[..bodyLength];
        answer = new HttpAnswer(
            headLength + EndOfHead.Length + bodyLength,
            status,
            status == 200 ? SourceOf(body) : ListSource.None,
            body.IndexOf("\"degraded\":true"u8) >= 0,
            Header(head, "Connection: ").SequenceEqual("close"u8)
        );
        return true;
    }

    private static byte SourceOf(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> name = "\"source\":\""u8;
        int at = body.LastIndexOf(name);
        if (at < 0)
            return ListSource.None;
        ReadOnlySpan<byte> value = body[(at + name.Length)..];
        int end = value.IndexOf((byte)'"');
        return end < 0 ? ListSource.None : ListSource.Of(value[..end]);
    }

    /// <summary>As Kestrel writes it; empty when absent.</summary>
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, string name)
    {
        Span<byte> wanted = stackalloc byte[name.Length + 2];
        "\r\n"u8.CopyTo(wanted);
        Encoding.ASCII.GetBytes(name, wanted[2..]);
        int at = head.IndexOf(wanted);
        if (at < 0)
            return default;
        ReadOnlySpan<byte> value = head[(at + wanted.Length)..];
        return value[..value.IndexOf("\r\n"u8)];
    }

    /// <returns>Bytes up to the end of the last chunk, or -1 until it has arrived.</returns>
    private static int ChunkedLength(ReadOnlySpan<byte> body)
    {
        int at = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = body[at..];
            int line = rest.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(rest[..line], out int size, out _, 'x'))
                return -1;
            at += line + 2 + size + 2;
            if (at > body.Length)
                return -1;
            if (size == 0)
                return at;
        }
    }
}
