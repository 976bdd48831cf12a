using System.Text;
using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class RequestTextTests
{
    [Fact]
    public void Write_PathsInTurn_UsersFilledIn()
    {
        var text = new RequestText(["/a/u-{user}?count=2", "/static"], "h:1", UserDraw.Of(1, 0, seed: 1));
        byte[] buffer = new byte[text.MaxLength];

        string[] requests = [.. Enumerable.Range(0, 3).Select(_ => Encoding.ASCII.GetString(buffer, 0, text.Write(buffer)))];

        Assert.Equal("GET /a/u-000000?count=2 HTTP/1.1\r\nHost: h:1\r\n\r\n", requests[0]);
        Assert.Equal("GET /static HTTP/1.1\r\nHost: h:1\r\n\r\n", requests[1]);
        Assert.Equal(requests[0], requests[2]);
    }

    [Theory]
    [InlineData("1500x60", 1500, 60)]
    [InlineData("0.5x1.25", 0.5, 1.25)]
    public void Phase_Text_ReadsBack(string text, double rate, double seconds)
    {
        Assert.True(LoadPhase.TryParse(text, out LoadPhase phase));
        Assert.Equal(new LoadPhase(rate, seconds), phase);
        Assert.Equal(text, phase.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("x5")]
    [InlineData("-1x5")]
    [InlineData("5x0")]
    [InlineData("NaNx5")]
    public void Phase_NotRateTimesSeconds_Refused(string text) => Assert.False(LoadPhase.TryParse(text, out _));
}
