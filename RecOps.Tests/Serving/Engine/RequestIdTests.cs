using FsCheck.Xunit;
using RecOps.Serving.Engine;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class RequestIdTests
{
    [Property(MaxTest = 500)]
    public void TryRead_OwnId_SaysWhichListItWas(byte placement, byte source, ushort cluster, ushort model, ushort minute)
    {
        var tag = new ListTag(placement & 31, source & 7, (cluster % 16_383) - 1, model & 1023, minute);

        string id = RequestId.ToText(RequestId.New(tag));

        Assert.Equal(RequestId.Length, id.Length);
        Assert.Equal(Uri.EscapeDataString(id), id);
        Assert.True(RequestId.TryRead(id, out ListTag read));
        Assert.Equal(tag, read);
    }

    [Fact]
    public void TryRead_OneCharacterChanged_MostlyNoIdOfOurs()
    {
        var random = new Random(1);
        int taken = 0;
        for (int i = 0; i < 2000; i++)
        {
            char[] id = RequestId.ToText(RequestId.New(new ListTag(1, 2, 3, 4, 5))).ToCharArray();
            int at = random.Next(id.Length);
            id[at] = id[at] == 'a' ? 'b' : 'a';
            if (RequestId.TryRead(id, out _))
                taken++;
        }

        // Eight check bits let one in 256 through.
        Assert.InRange(taken, 0, 40);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9fKx0aQ2LmZ")]
    [InlineData("ääääääääääääääääääää")]
    [InlineData("00000000000000000000000000")]
    public void TryRead_AnyOtherText_NoIdOfOurs(string? text) => Assert.False(RequestId.TryRead(text, out _));
}
