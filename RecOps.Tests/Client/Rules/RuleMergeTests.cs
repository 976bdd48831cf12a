using RecOps.Client.Rules;
using RecOps.Shared.Rules;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class RuleMergeTests
{
    private static readonly Rule A = Rule("a");
    private static readonly Rule B = Rule("b");
    private static readonly Rule C = Rule("c");

    [Fact]
    public void Of_DifferentRulesChanged_BothChangesAreMerged()
    {
        RuleMerge merge = RuleMerge.Of(Document(A, B), Document(A with { Name = "mine" }, B), Document(A, B with { Name = "theirs" }));

        Assert.Empty(merge.Conflicts);
        Assert.Equal(["mine", "theirs"], merge.Document.Rules.Select(rule => rule.Name));
    }

    [Fact]
    public void Of_AddedOnBothSides_BothAreMerged()
    {
        RuleMerge merge = RuleMerge.Of(Document(A), Document(A, B), Document(A, C));

        Assert.Empty(merge.Conflicts);
        Assert.Equal(["a", "c", "b"], merge.Document.Rules.Select(rule => rule.Id));
    }

    [Fact]
    public void Of_RemovedLocally_StaysRemoved()
    {
        RuleMerge merge = RuleMerge.Of(Document(A, B), Document(B), Document(A, B with { Name = "theirs" }));

        Assert.Empty(merge.Conflicts);
        Assert.Equal(["b"], merge.Document.Rules.Select(rule => rule.Id));
    }

    [Fact]
    public void Of_SameChangeOnBothSides_NeedsNoDecision()
    {
        RuleMerge merge = RuleMerge.Of(Document(A), Document(A with { Name = "same" }), Document(A with { Name = "same" }));

        Assert.Empty(merge.Conflicts);
        Assert.Equal("same", merge.Document.Rules.Single().Name);
    }

    [Theory]
    [InlineData(true, "mine")]
    [InlineData(false, "theirs")]
    public void Decide_SameRuleChanged_AsWasDecided(bool mine, string kept)
    {
        RuleMerge merge = RuleMerge.Of(Document(A), Document(A with { Name = "mine" }), Document(A with { Name = "theirs" }));

        Assert.Equal("a", Assert.Single(merge.Conflicts).Id);
        Assert.Equal(kept, merge.Decide(mine ? new HashSet<string> { "a" } : new HashSet<string>()).Rules.Single().Name);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Decide_RemovedLocallyAndChangedRemotely_AsWasDecided(bool mine, int left)
    {
        RuleMerge merge = RuleMerge.Of(Document(A), Document(), Document(A with { Name = "theirs" }));

        Assert.Null(Assert.Single(merge.Conflicts).Mine);
        Assert.Equal(left, merge.Decide(mine ? new HashSet<string> { "a" } : new HashSet<string>()).Rules.Length);
    }

    [Fact]
    public void Decide_ChangedLocallyAndRemovedRemotely_MineIsRestored()
    {
        RuleMerge merge = RuleMerge.Of(Document(A, B), Document(A with { Name = "mine" }, B), Document(B));

        Assert.Null(Assert.Single(merge.Conflicts).Theirs);
        Assert.Equal(["b", "a"], merge.Decide(new HashSet<string> { "a" }).Rules.Select(rule => rule.Id));
    }
}
