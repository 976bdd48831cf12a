using RecOps.Client.Rules;
using RecOps.Shared.Rules;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class RuleDiffTests
{
    [Fact]
    public void Between_AddedChangedAndRemoved_EachByItsVerb()
    {
        IReadOnlyList<RuleDifference> differences = RuleDiff.Between(
            Document(Rule("same"), Rule("changed"), Rule("gone")),
            Document(Rule("same"), Rule("changed") with { Enabled = false }, Rule("new"))
        );

        Assert.Equal(
            [("changed", "changed"), ("new", "added"), ("gone", "removed")],
            differences.Select(difference => (difference.Either.Id, difference.Verb))
        );
        Assert.Equal("1 added, 1 changed, 1 removed", RuleDiff.Summarize(differences));
        Assert.Equal([("state", "on", "off")], differences[0].Details());
    }

    [Fact]
    public void Between_SameRulesInAnotherOrder_NoChanges() =>
        Assert.Equal("no changes", RuleDiff.Summarize(RuleDiff.Between(Document(Rule("a"), Rule("b")), Document(Rule("b"), Rule("a")))));

    [Fact]
    public void Details_EveryFieldChanged_EachIsListed()
    {
        Rule before = Rule("a");
        Rule after = new()
        {
            Id = "a",
            Name = "Other",
            Priority = 5,
            Enabled = false,
            Owner = "ben",
            When = new() { Placements = ["home"] },
            Select = new() { Brands = ["Other"] },
            Then = new() { Type = RuleType.Exclude },
        };

        Assert.Equal(
            ["name", "state", "priority", "owner", "rule"],
            new RuleDifference(before, after).Details().Select(detail => detail.What)
        );
        Assert.All(new RuleDifference(before, after).Details(), detail => Assert.NotEqual(detail.Was, detail.Is));
    }
}
