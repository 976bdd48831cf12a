using Bunit;
using RecOps.Client.Rules;
using RecOps.Shared;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Client.Rules;

public sealed class RulesBannerTests : ConsoleTest
{
    private static readonly RulesState On = new(2, false, "anna", Sample.Noon, false, false, [], [], null);

    [Fact]
    public void State_RulesOn_NothingIsShown() => Assert.Empty(Show(On).FindAll(".banner"));

    [Fact]
    public void State_SwitchedOffWithReadOnlyDatabase_SaysThatItIsThisServerOnly()
    {
        IRenderedComponent<RulesBanner> banner = Show(
            On with
            {
                IsOff = true,
                SwitchIsLocal = true,
                Trouble = "The database cannot be read (gone).",
            }
        );

        Assert.Contains("Rules are switched off on this server only.", banner.Markup, StringComparison.Ordinal);
        Assert.Contains("since anna turned them off", banner.Markup, StringComparison.Ordinal);
        Assert.Contains("The other servers follow as soon as it does.", banner.Markup, StringComparison.Ordinal);
        Assert.Contains("The database cannot be read (gone).", banner.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void State_TurnedOnWithReadOnlyDatabase_SaysThatItIsThisServerOnly() =>
        Assert.Contains("turned on again on this server only", Show(On with { SwitchIsLocal = true }).Markup, StringComparison.Ordinal);

    private IRenderedComponent<RulesBanner> Show(RulesState state)
    {
        Server.On("GET", Routes.RuleState, RulesJson.Default.RulesState, _ => state);
        IRenderedComponent<RulesBanner> banner = Render<RulesBanner>();
        banner.WaitForState(() => Server.CallsTo("GET", Routes.RuleState).Any());
        if (state != On)
            banner.WaitForElement(".banner");
        return banner;
    }
}
