using RecOps.Client.Rules;
using RecOps.Shared.Rules;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class RuleOrderingTests
{
    [Fact]
    public void Ordered_SamePriority_MoreSpecificThenById()
    {
        Rule specific = Rule("z") with { When = new() { Placements = ["home"] } };

        Assert.Equal(
            ["first", "z", "a", "b"],
            RuleOrdering.Ordered(Document(Rule("b"), Rule("a"), specific, Rule("first", 1))).Select(rule => rule.Id)
        );
    }

    [Fact]
    public void Move_BetweenWithGap_OnlyTheMovedOneChanges()
    {
        RuleDocument before = Document(Rule("a", 30), Rule("b", 20), Rule("c", 10));

        RuleDocument after = RuleOrdering.Move(before, "c", "b");

        Assert.Equal(["a", "c", "b"], RuleOrdering.Ordered(after).Select(rule => rule.Id));
        Assert.Equal((30, 20), (after.Rules[0].Priority, after.Rules[1].Priority));
    }

    /// <summary>
    /// Every place is reachable from every other, whatever the priorities are: even with no gap between two, or at the ends.
    /// </summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(5, 4, 3, 2, 1)]
    [InlineData(1000, 1000, 0, -1000, -1000)]
    [InlineData(1000, 999, 998, 997, 996)]
    public void Move_AnyRuleToAnyPlace_IsThereAndTheOthersKeepTheirOrder(params int[] priorities)
    {
        RuleDocument document = Document([.. priorities.Select((priority, index) => Rule($"r{index}", priority))]);
        string[] order = [.. RuleOrdering.Ordered(document).Select(rule => rule.Id)];
        foreach (string id in order)
        {
            foreach (string? before in order.Where(other => other != id).Append(null))
            {
                List<string> expected = [.. order.Where(other => other != id)];
                expected.Insert(before is null ? expected.Count : expected.IndexOf(before), id);

                RuleDocument after = RuleOrdering.Move(document, id, before);

                Assert.Equal(expected, RuleOrdering.Ordered(after).Select(rule => rule.Id));
                Assert.All(after.Rules, rule => Assert.InRange(rule.Priority, -1000, 1000));
            }
        }
    }

    [Fact]
    public void Move_AmongAThousand_StaysWithinThePriorities()
    {
        RuleDocument document = Document([.. Enumerable.Range(0, 1000).Select(index => Rule($"r{index:0000}"))]);

        RuleDocument after = RuleOrdering.Move(document, "r0999", "r0500");

        Assert.Equal("r0999", RuleOrdering.Ordered(after)[500].Id);
        Assert.Equal(1000, after.Rules.Select(rule => rule.Priority).Distinct().Count());
        Assert.All(after.Rules, rule => Assert.InRange(rule.Priority, -1000, 1000));
    }

    [Fact]
    public void NewId_SomeTaken_IsFree()
    {
        Assert.Equal("r-1", RuleOrdering.NewId(RuleDocument.Empty));
        Assert.Equal("r-4", RuleOrdering.NewId(Document(Rule("r-3"), Rule("x"))));
    }
}
