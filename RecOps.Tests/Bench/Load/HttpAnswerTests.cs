using System.Text;
using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class HttpAnswerTests
{
    private const string List = """{"items":[{"itemId":"source"}],"source":"cluster","degraded":true}""";

    [Fact]
    public void TryRead_CompleteAnswer_ReadsIt()
    {
        byte[] bytes = Bytes($"HTTP/1.1 200 OK\r\nContent-Length: {List.Length}\r\nDate: now\r\n\r\n{List}");

        Assert.True(HttpAnswer.TryRead(bytes, out HttpAnswer answer));
        Assert.Equal(new HttpAnswer(bytes.Length, 200, ListSource.Of("cluster"u8), Degraded: true, Closes: false), answer);
    }

    [Fact]
    public void TryRead_Chunked_ReadsIt()
    {
        byte[] bytes = Bytes($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{List.Length:x}\r\n{List}\r\n0\r\n\r\n");

        Assert.True(HttpAnswer.TryRead(bytes, out HttpAnswer answer));
        Assert.Equal((bytes.Length, "cluster"), (answer.Length, ListSource.NameOf(answer.Source)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRead_EveryPrefix_WantsMore(bool chunked)
    {
        byte[] bytes = Bytes(
            chunked
                ? $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{List.Length:x}\r\n{List}\r\n0\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Length: {List.Length}\r\n\r\n{List}"
        );

        for (int length = 0; length < bytes.Length; length++)
            Assert.False(HttpAnswer.TryRead(bytes.AsSpan(0, length), out _));
        Assert.True(HttpAnswer.TryRead(bytes, out _));
    }

    [Fact]
    public void TryRead_ServerThatCloses_IsReported()
    {
        Assert.True(
            HttpAnswer.TryRead(
                Bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                out HttpAnswer answer
            )
        );
        Assert.Equal((503, true), (answer.Status, answer.Closes));
    }

    [Fact]
    public void TryRead_NotHttp_NoStatus()
    {
        Assert.True(HttpAnswer.TryRead(Bytes("SSH-2.0-OpenSSH\r\n\r\n"), out HttpAnswer answer));
        Assert.Equal((0, true), (answer.Status, answer.Closes));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
