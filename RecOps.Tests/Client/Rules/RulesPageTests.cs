using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Rules;
using RecOps.Client.Security;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class RulesPageTests : ConsoleTest
{
    private readonly RuleDocument _published = Document(Rule("a", 30), Rule("b", 20));
    private RuleDraftInfo _stored = new(
        Document(Rule("a", 30), Rule("b", 20) with { Enabled = false }, Rule("c", 10)),
        4,
        "ben",
        Sample.Noon.AddMinutes(-5),
        2
    );
    private PublicationInfo[] _publications = [];

    public RulesPageTests() =>
        Server
            .On("GET", Routes.RuleDraft, RulesJson.Default.RuleDraftInfo, _ => _stored)
            .On(
                "PUT",
                Routes.RuleDraft,
                RulesJson.Default.RuleDraftInfo,
                call => _stored = new(call.Read(RulesJson.Default.RuleDocument), _stored.Revision + 1, "anna", Sample.Noon, 2)
            )
            .On(
                "GET",
                Routes.RuleState,
                RulesJson.Default.RulesState,
                _ => new(2, false, null, null, false, false, _publications, [], null)
            )
            .On(
                "GET",
                Routes.VersionOf(2),
                RulesJson.Default.RuleVersionDetails,
                _ => new(new(2, Sample.Noon, "ben", null, "Second", null, 2, 1, 0, 0), _published)
            )
            .On(
                "POST",
                Routes.RuleValidation,
                RulesJson.Default.RuleValidation,
                _ => new([], [new(RuleWarningKind.NeverApplies, "c", "This rule can never apply.", [])])
            );

    [Fact]
    public void Open_Draft_ShowsRulesInOrderWithUnpublishedOnesAndWarnings()
    {
        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Merchandiser);

        page.WaitForAssertion(() => Assert.Equal(["a", "b", "c"], RowsOf(page)));
        Assert.Contains("3 rules, 2 on", page.Find(".card-head .hint").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() =>
            Assert.Contains("can never apply", page.Find("[data-rule=c] .warning").TextContent, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("not published", page.Find("[data-rule=a]").TextContent, StringComparison.Ordinal);
        Assert.Contains("not published", page.Find("[data-rule=b]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state=off", "b")]
    [InlineData("state=changed", "b,c")]
    [InlineData("conflicts=true", "c")]
    [InlineData("search=name+of+a", "a")]
    public void Open_LinkWithAFilter_ShowsOnlyMatches(string query, string expected)
    {
        IRenderedComponent<RulesPage> page = OpenAs($"rules?{query}", Role.Viewer);

        page.WaitForAssertion(() => Assert.Equal(expected.Split(','), RowsOf(page)));
    }

    [Fact]
    public void Chosen_TurnedOff_IsOneStepToUndo()
    {
        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Merchandiser);
        page.WaitForAssertion(() => Assert.Equal(3, RowsOf(page).Length));
        page.Find("[data-rule=a] input[type=checkbox]").Change(true);
        page.Find("[data-rule=c] input[type=checkbox]").Change(true);

        page.FindAll(".bulk button").Single(button => button.TextContent == "Turn off").Click();
        page.WaitForAssertion(() => Assert.All(_stored.Document.Rules, rule => Assert.True(rule.Enabled || rule.Id == "b")));
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.All(_stored.Document.Rules, rule => Assert.False(rule.Enabled)));
        page.FindAll("button").Single(button => button.TextContent == "Undo").Click();
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal([true, false, true], _stored.Document.Rules.Select(rule => rule.Enabled)));
    }

    [Fact]
    public void Moved_Up_TakesPrecedence()
    {
        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Merchandiser);
        page.WaitForAssertion(() => Assert.Equal(3, RowsOf(page).Length));

        page.Find("[data-rule=c] [title=Up]").Click();

        page.WaitForAssertion(() => Assert.Equal(["a", "c", "b"], RowsOf(page)));
    }

    [Fact]
    public void Publication_ThatFailed_SaysWhyUntilItIsDismissed()
    {
        _publications =
        [
            new(
                "p1",
                "Summer sale",
                "ben",
                Sample.Noon.AddHours(-2),
                Sample.Noon.AddHours(-1),
                PublicationState.Failed,
                2,
                1,
                null,
                Sample.Noon.AddHours(-1),
                null,
                "rules[0].when.placements[0]: There is no placement 'kiosk'."
            ),
        ];
        Server.On(
            "DELETE",
            Routes.PublicationOf("p1"),
            RulesJson.Default.PublicationInfo,
            _ =>
            {
                PublicationInfo ended = _publications[0] with { State = PublicationState.Cancelled };
                _publications = [];
                return ended;
            }
        );
        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Merchandiser);

        page.WaitForAssertion(() =>
            Assert.Contains("no placement 'kiosk'", page.Find(".publication").TextContent, StringComparison.Ordinal)
        );
        page.FindAll(".publication button").Single(button => button.TextContent == "Dismiss").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".publication")));
    }

    [Fact]
    public void Publication_BasedOnAnOlderVersion_Warns()
    {
        _publications =
        [
            new("p1", "Summer sale", "ben", Sample.Noon, Sample.Noon.AddHours(1), PublicationState.Scheduled, 1, 1, null, null, null, null),
        ];

        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Merchandiser);

        page.WaitForAssertion(() =>
            Assert.Contains("Version 2 was published after", page.Find(".publication").TextContent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Open_AsAViewer_IsReadOnly()
    {
        IRenderedComponent<RulesPage> page = OpenAs("rules", Role.Viewer);

        page.WaitForAssertion(() => Assert.Equal(3, RowsOf(page).Length));
        Assert.Empty(page.FindAll("ol.rules button, ol.rules input"));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent is "New rule" or "Publish…" or "Undo" or "Kill switch");
    }

    private static string[] RowsOf(IRenderedComponent<RulesPage> page) =>
        [.. page.FindAll("ol.rules > li").Select(row => row.GetAttribute("data-rule")!)];

    private IRenderedComponent<RulesPage> OpenAs(string address, string role)
    {
        Services.GetRequiredService<SessionState>().Use(new("anna", [role], false, true));
        RenderSurroundings();
        return RenderAt<RulesPage>(address);
    }
}
