using FsCheck.Xunit;
using RecOps.Client.Shell;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class QueryTextTests
{
    [Property]
    public bool Format_AnyText_ComesBackFromParse(string? value)
    {
        // Half a surrogate pair cannot be escaped; browsers never put one into an address either.
        string text = string.Concat((value ?? "").Where(character => !char.IsSurrogate(character)));

        return QueryText.Parse(QueryText.Format(("q", text))).GetValueOrDefault("q", "") == text;
    }

    [Fact]
    public void Format_NothingSet_IsEmpty() => Assert.Equal("", QueryText.Format(("a", null), ("b", "")));

    [Fact]
    public void Parse_PlusAndEscapes_AreDecoded() => Assert.Equal("a b&c", QueryText.Parse("?x=1&user=a+b%26c")["user"]);
}
