using System.Text.Json;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Models.Foreign;

/// <summary>A ranker exported by PyTorch (make_ranker.py) is served: each score matches PyTorch's own.</summary>
public sealed class ForeignRankerTests
{
    private static string Directory => Path.Combine(AppContext.BaseDirectory, "Server", "Models", "Foreign");

    [Fact]
    public async Task Serve_RankerOfPyTorch_ScoresAsPyTorchDoes()
    {
        string models = TestBundle.NewDirectory();
        await HandwrittenBundle.WriteAsync(
            Path.Combine(models, "wine"),
            change: bundle =>
            {
                File.Copy(Path.Combine(Directory, "ranker-pytorch.onnx"), Path.Combine(bundle, BundleFile.Ranker), overwrite: true);
                return Task.CompletedTask;
            }
        );
        Dictionary<string, float[]> expected = JsonSerializer.Deserialize<Dictionary<string, float[]>>(
            await File.ReadAllTextAsync(Path.Combine(Directory, "ranker-pytorch.json"), TestContext.Current.CancellationToken)
        )!;
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Active"] = "wine" },
            models: models
        );

        foreach ((string user, float[] scores) in expected)
        {
            RecommendationResponse list = await application.RecommendAsync(new RecommendationRequest { UserId = user, Count = 6 });

            Assert.Equal((RecommendationSource.Computed, 6), (list.Source, list.Items.Length));
            Assert.Equal(
                HandwrittenBundle.Items.Zip(scores).OrderByDescending(pair => pair.Second).Select(pair => pair.First),
                list.Items.Select(item => item.ItemId)
            );

            // Answers round to three digits.
            Assert.All(
                list.Items,
                item => Assert.Equal(scores[Array.IndexOf(HandwrittenBundle.Items, item.ItemId)], (float)item.Score, 6e-4f)
            );
        }
    }
}
