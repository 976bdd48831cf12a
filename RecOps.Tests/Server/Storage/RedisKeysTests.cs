using RecOps.Server.Storage;
using Xunit;

namespace RecOps.Tests.Server.Storage;

public sealed class RedisKeysTests
{
    private static readonly string[] Ids =
    [
        "u1",
        "a.b-c_D",
        "a b",
        "a\nb",
        "a{b",
        "a}b",
        "{}",
        "a|b",
        "a%b",
        "a%0062",
        "ab",
        "%",
        "é",
        "e\u0301",
        "\ud800",
        "\udc00",
        "\ufffd",
        "買い手",
        "a:b",
    ];

    [Fact]
    public void OfUser_AnyId_IsOneSafeWordAndTheOnlyOneOfItsId()
    {
        string[] keys = [.. Ids.Select(id => RedisKeys.OfUser(RedisKeys.History, id))];

        Assert.Equal(Ids.Length, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Matches("^recops:history:\\{[A-Za-z0-9._%-]+\\}$", key));
        Assert.Equal("recops:history:{u1}", keys[0]);
    }

    [Fact]
    public void OfUser_SeveralOfOneUser_ShareWhatDecidesOnTheNode() =>
        Assert.Equal(
            ("recops:lists:{1f}:a", "recops:lists:{1f}:b"),
            (RedisKeys.OfUser(RedisKeys.Lists, 31, "a"), RedisKeys.OfUser(RedisKeys.Lists, 31, "b"))
        );
}
