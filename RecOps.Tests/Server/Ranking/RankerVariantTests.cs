using System.Net;
using RecOps.Serving.Ranking;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Server.Ranking;

public sealed class RankerVariantTests
{
    private const string All = $"{BundleFile.Ranker} {BundleFile.RankerHalf} {BundleFile.RankerInt8}";

    [Theory]
    [InlineData("auto", "cpu", BundleFile.Ranker, "fp32")]
    [InlineData("auto", "cpu", All, "fp32 int8")]
    [InlineData("auto", "cuda", All, "fp32 fp16")]
    [InlineData("auto", "cuda", BundleFile.Ranker, "fp32")]
    [InlineData("fp32", "cuda", All, "fp32")]
    [InlineData("fp16", "cpu", All, "fp16")]
    public void Candidates_ConfiguredAndThere_PlainFirst(string configured, string provider, string files, string expected) =>
        Assert.Equal(
            expected.Split(' '),
            RankerVariant.Candidates(configured, provider, files.Split(' ')).Select(variant => variant.Precision)
        );

    [Fact]
    public void Candidates_ConfiguredButNotThere_NamesTheFile()
    {
        var error = Assert.Throws<BundleException>(() => RankerVariant.Candidates("int8", "cpu", [BundleFile.Ranker]));

        Assert.Contains(BundleFile.RankerInt8, error.Message, StringComparison.Ordinal);
        Assert.Contains("Inference:Precision", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0.5, true)]
    [InlineData(0.991, 0.94, true)]
    [InlineData(0.985, 0.5, false)]
    [InlineData(1, 0.97, false)]
    public void IsBetter_OverlapAndSpeed_OnlyEqualRankingThatIsClearlyFaster(double overlap, double speed, bool expected) =>
        Assert.Equal(expected, new RankerTrial.Result(overlap, speed).IsBetter);

    [Fact]
    public async Task Start_Int8Configured_ServedAndSaid()
    {
        string models = await TestBundle.WriteAsync(
            TestBundle.NewDirectory(),
            new TestBundle.Variation { OtherRanker = BundleFile.RankerInt8 }
        );
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Directory"] = models, ["Inference:Precision"] = "int8" }
        );

        HttpResponseMessage ready = await application.CreateClient().GetAsync(Routes.Ready, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains(
            "\"precision\":\"int8\"",
            await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal("computed", (await application.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Start_OtherFormThatRanksOtherwise_PlainOneKept()
    {
        string models = await TestBundle.WriteAsync(
            TestBundle.NewDirectory(),
            new TestBundle.Variation { OtherRanker = BundleFile.RankerInt8, OtherRankerIsUpsideDown = true }
        );
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Directory"] = models }
        );

        HttpResponseMessage ready = await application.CreateClient().GetAsync(Routes.Ready, TestContext.Current.CancellationToken);

        Assert.Contains(
            "\"precision\":\"fp32\"",
            await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal(1, TestBundle.BehaviourOf((await application.RecommendAsync("u1")).Items[0].ItemId));
    }
}
