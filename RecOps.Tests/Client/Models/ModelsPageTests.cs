using System.Net;
using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Models;
using RecOps.Client.Security;
using RecOps.Shared;
using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Client.Models;

public sealed class ModelsPageTests : ConsoleTest
{
    private ModelList _models = SampleModels.List();

    [Fact]
    public void Open_BundleWithAReport_ShowsAllFiguresAndTheirMeaning()
    {
        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForAssertion(() =>
            Assert.Contains("winter-1 has been serving since", page.Find(".page-head").TextContent, StringComparison.Ordinal)
        );
        string[] rows =
        [
            .. page.FindAll("section[aria-labelledby=figures-title] table")[0]
                .QuerySelectorAll("tbody th")
                .Select(cell => cell.TextContent),
        ];
        Assert.Equal(
            [
                "Student",
                "Student, as served",
                "Student without teachers",
                "Ensemble of teachers",
                "DeepFM",
                "DIN",
                "Repeat purchase",
                "Popular",
            ],
            rows
        );
        string about = page.Find(".sentences").TextContent.Replace('\u00a0', ' ');
        Assert.Contains("keeps 99.5 % of the ensemble's NDCG@10", about, StringComparison.Ordinal);
        Assert.Contains("closes 87 % of the gap", about, StringComparison.Ordinal);
        Assert.Contains(
            "As served, from candidates, it keeps 99.0 % of its NDCG@10 over the whole catalogue",
            about,
            StringComparison.Ordinal
        );
        Assert.Contains("(95 %: 60 % to 120 %)", about, StringComparison.Ordinal);
        Assert.Equal(5, page.FindAll(".quality circle").Count);
        Assert.Contains("int8", page.Markup, StringComparison.Ordinal);
        Assert.Equal("0.3820", page.Find("tr.ensemble td.strong").TextContent);
        Assert.Contains(
            "On first-time purchases, against Repeat purchase, the best baseline: +0.0200 NDCG@10 (95 % interval +0.0100 to +0.0300).",
            about,
            StringComparison.Ordinal
        );
        string[][] sources = [.. page.FindAll("table.sources tbody tr").Select(row => row.Children.Select(Cell).ToArray())];
        Assert.Equal(["Near the shopper's taste", "200", "49%", "4.7%", "8.5%"], sources[0]);
        Assert.Equal(["Popular with everyone", "45", "26%", "2.2%", "–"], sources[3]);

        static string Cell(IElement cell) => cell.TextContent.Replace('\u00a0', ' ');
    }

    [Theory]
    [InlineData(0.39, 0.1, true)]
    [InlineData(0.39, 0.09, false)]
    [InlineData(0.38, 0.2, false)]
    public void Open_BundleMeasuredOnTheSamePurchases_IsOfferedIfItIsBetter(double all, double firstTime, bool offered)
    {
        EvaluationReport other = SampleModels.Report() with
        {
            Models = new ModelSet { Student = SampleModels.Figures(all) with { Ndcg10FirstTime = firstTime } },
        };
        EvaluationReport elsewhere = other with
        {
            Split = other.Split with { TestUsers = 7 },
            Models = new ModelSet { Student = SampleModels.Figures(0.9) },
        };
        _models = _models with
        {
            Bundles =
            [
                SampleModels.Bundle("winter", SampleModels.Report()),
                SampleModels.Bundle("winter-control", other),
                SampleModels.Bundle("other-shop", elsewhere),
                SampleModels.Bundle("damaged", other, problem: "It is damaged."),
            ],
        };

        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForElement(".sentences");
        if (!offered)
        {
            Assert.Empty(page.FindAll(".better"));
            return;
        }

        Assert.Contains(
            "winter-control was measured on the same purchases as winter, which is serving, and is better: 0.3900 against 0.3801 NDCG@10, "
                + "and 0.1000 against 0.0950 on first-time purchases.",
            page.Find(".better").TextContent.Trim(),
            StringComparison.Ordinal
        );
        page.Find(".better button").Click();
        Assert.Contains("winter-control", page.Find("section[aria-labelledby=use-title]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BundleThatServesAPlainRule_SaysSoInsteadOfComparingAStudent()
    {
        EvaluationReport report = SampleModels.Report() with
        {
            Rule = "what the shopper had before, the newest first, then popular",
            Target = "view",
        };
        _models = _models with { Bundles = [SampleModels.Bundle("winter", report)] };

        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForAssertion(() =>
            Assert.StartsWith(
                "It serves a plain rule instead of a trained student: what the shopper had before, the newest first, then popular.",
                page.Find(".sentences li").TextContent,
                StringComparison.Ordinal
            )
        );
        Assert.Equal("Plain rule", page.Find("tr.student th").TextContent);
        Assert.Contains(
            "shoppers with a view after",
            page.Find("section[aria-labelledby=figures-title] .hint").TextContent,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("as good or better", page.Markup, StringComparison.Ordinal);
    }

    /// <summary>The first sentence is what an operator must know before activating the bundle.</summary>
    [Theory]
    [InlineData(0.3676, 0.0700, "It is better than every baseline and than the same network without teachers")]
    [InlineData(0.3900, 0.0700, "On all purchases the same network without teachers is better: 0.3900 against 0.3801 NDCG@10.")]
    [InlineData(0.3676, 0.3801, "On all purchases Popular is as good or better: 0.3801 against 0.3801 NDCG@10.")]
    public void Open_StudentComparedWithControlAndBaselines_SaysFirstWhatIsBetter(double control, double popular, string expected)
    {
        EvaluationReport report = SampleModels.Report();
        report = report with
        {
            Models = report.Models with { Control = SampleModels.Figures(control) },
            Baselines = new() { ["popular"] = SampleModels.Figures(popular), ["repeat"] = SampleModels.Figures(0.3) },
        };
        _models = _models with { Bundles = [SampleModels.Bundle("winter", report)] };

        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForAssertion(() =>
            Assert.StartsWith(expected, page.Find(".sentences li").TextContent.Replace('\u00a0', ' '), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Open_NobodyBoughtAnythingNew_SaysNothingOfFirstTimePurchases()
    {
        EvaluationReport report = SampleModels.Report();
        ModelFigures student = report.Models.Student! with { Ndcg10FirstTime = null };
        report = report with
        {
            Models = new ModelSet { Student = student },
            Served = null,
        };
        _models = _models with { Bundles = [SampleModels.Bundle("winter", report)] };

        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForAssertion(() =>
            Assert.Equal("It is better than every baseline, on all purchases.", page.Find(".sentences li").TextContent)
        );
    }

    [Fact]
    public void Open_LinkToAnotherBundle_ShowsThatOneAndThatItHasNoReport()
    {
        IRenderedComponent<ModelsPage> page = Open("/models?bundle=spring");
        page.WaitForAssertion(() => Assert.Contains("Figures for spring", page.Markup, StringComparison.Ordinal));
        Assert.Contains("This bundle has no report", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ServedBundleWasChangedOnDisk_SaysWhatAndWhatToDo()
    {
        _models = _models with
        {
            Bundles =
            [
                .. _models.Bundles.Select(bundle =>
                    bundle.Name == "winter"
                        ? bundle with
                        {
                            Change = new BundleChange(
                                Sample.Noon,
                                ["items.safetensors"],
                                "items.safetensors: the file is missing.",
                                "Restore the files."
                            ),
                        }
                        : bundle
                ),
            ],
        };

        IRenderedComponent<ModelsPage> page = Open();

        page.WaitForAssertion(() => Assert.Contains("changed on disk", page.Find("tr.open .states").TextContent, StringComparison.Ordinal));
        string text = page.Find("tr.changed").TextContent;
        Assert.Contains("items.safetensors: the file is missing. Restore the files.", text, StringComparison.Ordinal);
        Assert.Contains("still made from the verified copy", text, StringComparison.Ordinal);
        Assert.NotNull(page.Find("button[aria-label='Use winter']"));
    }

    [Fact]
    public void Use_Activate_AsksFirstAndThenSaysWhatServes()
    {
        Server.On(
            "POST",
            Routes.ActivationOf("spring"),
            ModelsJson.Default.ModelList,
            _ => _models = SampleModels.List("spring", previous: "winter")
        );
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<ModelsPage> page = Open();
        Press(page, "Use …");
        page.WaitForAssertion(() => Assert.Contains("winter keeps serving until then", page.Markup, StringComparison.Ordinal));
        Assert.Empty(Server.CallsTo("POST", Routes.ActivationOf("spring")));

        page.Find("form").Submit();

        around.WaitForAssertion(() => Assert.Contains("spring now serves every shopper", around.Markup, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("Roll back to winter", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Use_RefusedBundle_SaysWhyBesideTheForm()
    {
        Server.OnProblem(
            "POST",
            Routes.ActivationOf("spring"),
            HttpStatusCode.UnprocessableEntity,
            """{"title":"The bundle was refused","detail":"ranker.onnx: the file is missing."}"""
        );
        IRenderedComponent<ModelsPage> page = Open();
        Press(page, "Use …");
        page.WaitForElement("form").Submit();
        page.WaitForAssertion(() =>
            Assert.Contains("ranker.onnx: the file is missing.", page.Find(".use .problem").TextContent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Use_Canary_SendsTheShareThatWasAskedFor()
    {
        Server.On("PUT", Routes.ModelCanary, ModelsJson.Default.ModelList, _ => _models = SampleModels.List(canary: Canary()));
        IRenderedComponent<ModelsPage> page = Open();
        Press(page, "Use …");
        page.WaitForElements(".way input")[1].Change(true);
        page.Find("#trial-share").Change("12.5");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("Canary: spring", page.Markup, StringComparison.Ordinal));
        Assert.Equal(
            new TrialRequest("spring", 0.125),
            Assert.Single(Server.CallsTo("PUT", Routes.ModelCanary)).Read(ModelsJson.Default.TrialRequest)
        );
        Assert.Contains("12.0 % (10.1–14.2 %)", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void RollBack_Confirmed_GoesBack()
    {
        _models = SampleModels.List("spring", previous: "winter");
        Server.On(
            "POST",
            Routes.ModelRollback,
            ModelsJson.Default.ModelList,
            _ => _models = SampleModels.List("winter", previous: "spring")
        );
        IRenderedComponent<ModelsPage> page = Open();
        Press(page, "Roll back to winter");
        Assert.Empty(Server.CallsTo("POST", Routes.ModelRollback));
        Press(page, "Roll back");
        page.WaitForAssertion(() => Assert.Contains("Roll back to spring", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_BundleBeingPrepared_SaysWhichAndDisablesButtons()
    {
        _models = SampleModels.List(
            work: new ModelWork("spring", "activate", "Warming up every stage", Sample.Noon.AddSeconds(-12), "bob")
        );
        IRenderedComponent<ModelsPage> page = Open();
        page.WaitForAssertion(() =>
            Assert.Contains("warming up every stage · 12 s · by bob", page.Find(".work").TextContent, StringComparison.Ordinal)
        );
        Assert.All(page.FindAll("tbody button"), button => Assert.True(button.HasAttribute("disabled")));
    }

    [Fact]
    public void Open_Shadow_SaysHowSimilarItIs()
    {
        _models = SampleModels.List(
            shadow: new ShadowState(
                "spring",
                "spring-1",
                0.1,
                Sample.Noon,
                "anna",
                "winter-1",
                1234,
                5,
                0,
                0.61,
                0.42,
                new ModelLatency(1234, 0.8, 2.5),
                new ModelLatency(1234, 0.7, 2.1),
                0.03,
                0.05,
                0.31
            )
        );
        IRenderedComponent<ModelsPage> page = Open();
        page.WaitForAssertion(() => Assert.Contains("1,234 requests, 5 skipped", page.Markup, StringComparison.Ordinal));
        Assert.Contains("0.31, different", page.Markup, StringComparison.Ordinal);
        Assert.Contains("61%", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherServerStillOnTheOldModel_SaysWhichOne()
    {
        _models = SampleModels.List(others: [new OtherServer("west", "winter-1"), new OtherServer("east", "spring-1")]);
        IRenderedComponent<ModelsPage> page = Open();
        page.WaitForAssertion(() =>
            Assert.Contains(
                "1 of 3 servers uses another model: east (spring-1).",
                page.Find(".stragglers").TextContent,
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public void Open_AsViewer_ShowsFiguresAndNoButtons()
    {
        _models = SampleModels.List("spring", previous: "winter");
        IRenderedComponent<ModelsPage> page = Open(role: Role.Viewer);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tbody tr")));
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public void QualityChart_Models_BetterIsHigherAndFasterIsFurtherLeft()
    {
        QualityChart chart = QualityChart.Of(FigureRow.Of(SampleModels.Report()));
        QualityChart.Dot student = chart.Dots.Single(dot => dot.Row.Kind == FigureKind.Student);
        QualityChart.Dot ensemble = chart.Dots.Single(dot => dot.Row.Kind == FigureKind.Ensemble);
        Assert.True(student.X < ensemble.X && student.Y > ensemble.Y);
        Assert.All(chart.Dots, dot => Assert.InRange(dot.X, QualityChart.Left, QualityChart.Width - QualityChart.Right));
        Assert.Equal("Repeat purchase", Assert.Single(chart.Lines).Row.Name);
        Assert.InRange(chart.Grid.Length, 2, 8);
        Assert.NotEmpty(chart.Ticks);
    }

    private static CanaryState Canary() =>
        new(
            "spring",
            "spring-1",
            0.125,
            Sample.Noon,
            "anna",
            new CanaryArm("spring-1", 1000, 2, 120, 7, 0.12, 0.101, 0.142, new ModelLatency(1000, 0.9, 3)),
            new CanaryArm("winter-1", 7000, 9, 700, 50, 0.1, 0.093, 0.107, new ModelLatency(7000, 0.8, 2))
        );

    private static void Press(IRenderedComponent<ModelsPage> page, string text) =>
        page.WaitForElements("button").First(button => button.TextContent.Trim() == text && !button.IsDisabled()).Click();

    private IRenderedComponent<ModelsPage> Open(string address = "/models", string role = Role.Operator)
    {
        Services.GetRequiredService<SessionState>().Use(new("anna", [role], false, true));
        Server.On("GET", Routes.Models, ModelsJson.Default.ModelList, _ => _models);
        return RenderAt<ModelsPage>(address);
    }
}
