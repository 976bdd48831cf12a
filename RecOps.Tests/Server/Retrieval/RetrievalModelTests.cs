using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Retrieval;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;
using RecOps.Training.Retrieval;
using Xunit;

namespace RecOps.Tests.Server.Retrieval;

public sealed class RetrievalModelTests
{
    [Fact]
    public async Task Recommend_IndexIsOnnx_SameListsAsExact()
    {
        // Fewer candidates than a behaviour has items, so that a wrong search shows.
        await using RecOpsApplication exact = await StartAsync("exact");
        await using RecOpsApplication onnx = await StartAsync("onnx");
        Assert.Equal("onnx", Served(onnx).Index.State.Kind);

        for (int user = 0; user < TestBundle.Users; user++)
        {
            RecommendationResponse expected = await exact.RecommendAsync($"u{user}");
            RecommendationResponse actual = await onnx.RecommendAsync($"u{user}");
            Assert.Equal(expected.Items.Select(item => item.ItemId), actual.Items.Select(item => item.ItemId));
            Assert.Equal(expected.Source, actual.Source);
        }

        string path = Routes.SimilarItems.Replace("{itemId}", "i3", StringComparison.Ordinal);
        SimilarItemsResponse similar = await onnx.CreateClient().GetAsync<SimilarItemsResponse>(path);
        Assert.Equal((await exact.CreateClient().GetAsync<SimilarItemsResponse>(path)).Items, similar.Items);
    }

    [Fact]
    public async Task Open_AutoOnTheCpu_ModelIsLeftAlone()
    {
        await using RecOpsApplication application = await StartAsync("auto");
        Assert.Equal("exact", Served(application).Index.State.Kind);
    }

    [Theory]
    [InlineData("cuda", true, "onnx")]
    [InlineData("cuda", false, "exact")]
    [InlineData("cpu", true, "exact")]
    public async Task Open_AutoAndProvider_ModelOnAGpuThatHasOne(string provider, bool hasModel, string expected)
    {
        await using RecOpsApplication application = await StartAsync("auto");
        string models = hasModel
            ? await TestBundle.SharedAsync()
            : await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { NoRetrievalModel = true });
        using Bundle bundle = Bundle.Open(Path.Combine(models, TestBundle.Name));
        using ICandidateIndex index = application
            .Services.GetRequiredService<CandidateIndexFactory>()
            .Open(bundle, 10, new("auto", provider, ""));
        Assert.Equal(expected, index.State.Kind);
    }

    [Fact]
    public async Task Open_OnnxWithoutTheFile_RefusedWithTheFix()
    {
        string message = await RefusalAsync(new TestBundle.Variation { NoRetrievalModel = true }, _ => { });
        Assert.Contains("Retrieval:Index is onnx, but the bundle has no retrieval.onnx", message, StringComparison.Ordinal);
        Assert.Contains("RecOps.Training index --bundle", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ModelOverOtherBytes_RefusedByItsTrial()
    {
        string message = await RefusalAsync(
            new TestBundle.Variation(),
            directory =>
            {
                // Vectors at the offset that another file has.
                using var other = new TempDirectory();
                using (
                    var writer = new SafetensorsWriter(
                        other.At(BundleFile.Items),
                        SafetensorsWriter.Declaration.Of<Half>("embedding", 1, 1)
                    )
                )
                {
                    writer.Write<Half>(new Half[1]);
                    writer.Complete();
                }

                using SafetensorsFile items = SafetensorsFile.Open(other.At(BundleFile.Items));
                RetrievalGraph.Write(Path.Combine(directory, BundleFile.Retrieval), items, TestBundle.Items, TestBundle.Dimension);
            }
        );
        Assert.Contains("made for other vectors", message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(TestBundle.Variation variation, Action<string> change)
    {
        await using RecOpsApplication application = await StartAsync("onnx");
        string directory = Path.Combine(await TestBundle.WriteAsync(TestBundle.NewDirectory(), variation), TestBundle.Name);
        using Bundle bundle = Bundle.Open(directory);
        change(directory);
        var factory = application.Services.GetRequiredService<CandidateIndexFactory>();
        return Assert.Throws<BundleException>(() => factory.Open(bundle, 10, new("auto", "cpu", "")).Dispose()).Message;
    }

    private static Task<RecOpsApplication> StartAsync(string index) =>
        RecOpsApplication.StartAsync(new() { ["Retrieval:Index"] = index, ["Retrieval:Candidates"] = "10" });

    private static ServingModel Served(RecOpsApplication application) => application.Services.GetRequiredService<ActiveModel>().Current!;
}
