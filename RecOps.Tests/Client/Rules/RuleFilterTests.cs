using RecOps.Client.Rules;
using RecOps.Shared.Rules;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class RuleFilterTests
{
    [Fact]
    public void Parse_WhatToQueryMade_SameFilter()
    {
        RuleFilter filter = new("lamps & more", "changed", RuleType.Boost, "home", "anna", true);

        Assert.Equal(filter, RuleFilter.Parse(filter.ToQuery()));
        Assert.Equal(RuleFilter.Default, RuleFilter.Parse(RuleFilter.Default.ToQuery()));
        Assert.Equal("", RuleFilter.Default.ToQuery());
    }

    [Theory]
    [InlineData("?search=lumo", true)]
    [InlineData("?search=NAME+OF", true)]
    [InlineData("?search=chairs", false)]
    [InlineData("?state=on", true)]
    [InlineData("?state=off", false)]
    [InlineData("?state=changed", false)]
    [InlineData("?type=boost", true)]
    [InlineData("?type=pin", false)]
    [InlineData("?placement=cart", true)]
    [InlineData("?owner=anna", false)]
    [InlineData("?conflicts=true", false)]
    public void Accepts_PlainRule_AsTheFilterSays(string query, bool accepted) =>
        Assert.Equal(accepted, RuleFilter.Parse(query).Accepts(Rule("a"), isChanged: false, hasWarning: false));

    [Fact]
    public void Accepts_RuleOfAPlacement_OnlyThere()
    {
        Rule rule = Rule("a") with { When = new() { Placements = ["home"] } };

        Assert.True(RuleFilter.Parse("?placement=home").Accepts(rule, isChanged: false, hasWarning: false));
        Assert.False(RuleFilter.Parse("?placement=cart").Accepts(rule, isChanged: false, hasWarning: false));
    }
}
