using System.Text.Json.Nodes;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class ModelReportTests : IDisposable
{
    private static readonly string[] ModelFigures = ["ndcg10", "ndcg10FirstTime", "recall20", "auc", "logLoss", "bytes", "batchMs"];
    private static readonly string[] BaselineFigures = ["ndcg10", "ndcg10FirstTime", "recall20", "auc", "logLoss"];
    private readonly TempDirectory _directory = new();
    private readonly ShopData _data = TinyShop.Random(users: 60, items: 40, events: 1000, seed: 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CreateAsync_StudentAlone_HasTheDocumentedNamesAndNoOtherModels()
    {
        JsonObject report = Json(await CreateAsync(new SmallBundle { Training = SmallBundle.TrainedTo(899, 899, 900) }));

        Assert.Equal(["cut", "trainEvents", "testUsers"], Names(report["split"]));
        Assert.Equal("1970-01-01T00:14:59+00:00", (string?)report["split"]!["cut"]);
        Assert.Equal(900, (long)report["split"]!["trainEvents"]!);
        Assert.Equal(["student"], Names(report["models"]));
        Assert.Equal(ModelFigures, Names(report["models"]!["student"]));
        Assert.Equal(
            ["popular", "popular7Days", "repeat", "repeatDecayed", "itemKnn", "tifuKnn", "upCf", "ease"],
            Names(report["baselines"])
        );
        foreach ((string _, JsonNode? baseline) in report["baselines"]!.AsObject())
            Assert.Equal(BaselineFigures, Names(baseline));
        Assert.Equal(
            ["popular", "popular7Days", "repeat", "repeatDecayed", "itemKnn", "tifuKnn", "upCf", "ease"],
            Names(report["intervals"])
        );
        Assert.Equal(Names(report["intervals"]), Names(report["intervalsFirstTime"]));
        Assert.Equal(
            [
                "formatVersion",
                "split",
                "models",
                "baselines",
                "byHistory",
                "byCategory",
                "forms",
                "served",
                "retrievalRecall200",
                "candidateRecall",
                "sources",
                "recall20FirstTime",
                "intervals",
                "intervalsFirstTime",
                "verdict",
                "notes",
            ],
            Names(report)
        );
    }

    [Fact]
    public async Task CreateAsync_BundleWithoutHistories_NotesThatItsListsAreFallbackLists()
    {
        EvaluationReport report = await CreateAsync(new SmallBundle { Training = SmallBundle.TrainedTo(899, 899, 900) });

        string note = Assert.Single(report.Notes!);
        Assert.Contains("of the lists as served were fallback lists", note, StringComparison.Ordinal);
        Assert.NotEqual(report.Models.Student!.Ndcg10, report.Served!.Ndcg10);
    }

    [Fact]
    public async Task CreateAsync_TeachersControlAndEnsemble_AreReportedByNameWithTheirRatios()
    {
        var bundle = new SmallBundle
        {
            Training = SmallBundle.TrainedTo(899, 899, 900),
            Teachers = ["control", "ensemble", "wide", "deep"],
        };

        JsonObject report = Json(await CreateAsync(bundle));

        Assert.Equal(["student", "control", "ensemble", "teachers"], Names(report["models"]));
        Assert.Equal(["deep", "wide"], Names(report["models"]!["teachers"]));
        Assert.Equal(ModelFigures, Names(report["models"]!["teachers"]!["deep"]));
        Assert.Equal(1, (double)report["retention"]!);
        Assert.Equal(1, (double)report["sizeRatio"]!);
        Assert.True((double)report["speedup"]! > 0);

        // All are the same model here, so there is no gap to close.
        Assert.False(report.ContainsKey("gapClosed"));
    }

    [Fact]
    public async Task CreateAsync_SeveralBundles_HasMeansDeviationsAndEachBundle()
    {
        EvaluationReport report = await CreateAsync(
            new SmallBundle { Name = "a", Training = SmallBundle.TrainedTo(899, 899, 900, seed: 1) },
            new SmallBundle
            {
                Name = "b",
                Seed = 2,
                Training = SmallBundle.TrainedTo(899, 899, 900, seed: 2),
            }
        );

        Assert.Equal(["a", "b"], report.Seeds!.Select(seed => seed.Bundle));
        Assert.Equal([1, 2], report.Seeds!.Select(seed => seed.Seed!.Value));
        double[] ndcg = [.. report.Seeds!.Select(seed => seed.Student.Ndcg10)];
        Assert.NotEqual(ndcg[0], ndcg[1]);
        Assert.Equal(ndcg.Average(), report.Models.Student!.Ndcg10, 12);
        Assert.Equal(Math.Abs(ndcg[0] - ndcg[1]) / Math.Sqrt(2), report.Deviations!.Student!.Ndcg10, 12);
        Assert.Equal(report.Models.Student.Ndcg10 - report.Baselines["repeat"].Ndcg10, report.Intervals["repeat"].Difference, 12);
    }

    [Fact]
    public async Task CreateAsync_UntrainedRanker_IsNotFitToShip()
    {
        EvaluationReport report = await CreateAsync(new SmallBundle { Training = SmallBundle.TrainedTo(899, 899, 900) });

        string best = report.Baselines.MaxBy(baseline => baseline.Value.Ndcg10).Key;
        Assert.False(report.Verdict.Fit);
        Assert.StartsWith($"{best.ToUpperInvariant()} BEATS IT: not fit to ship", report.Verdict.Sentence, StringComparison.Ordinal);
        using var output = new StringWriter();
        EvaluationTable.Write(report, output);
        Assert.Contains(report.Verdict.Sentence, output.ToString(), StringComparison.Ordinal);
        Assert.Contains("itemKnn", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_BundleThatSawTheTest_IsRefused()
    {
        var problem = await Assert.ThrowsAsync<TrainingException>(() =>
            CreateAsync(new SmallBundle { Training = SmallBundle.TrainedTo(899, 950) })
        );

        Assert.Contains("has already seen part of the events", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_BundleTrainedOnOtherEvents_AddsANote()
    {
        EvaluationReport report = await CreateAsync(new SmallBundle { Training = SmallBundle.TrainedTo(899, 899, events: 77) });

        Assert.Contains(report.Notes!, note => note.Contains("trained on 77 events", StringComparison.Ordinal));
    }

    private static JsonObject Json(EvaluationReport report) => JsonNode.Parse(report.ToJson())!.AsObject();

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(property => property.Key);

    private async Task<EvaluationReport> CreateAsync(params SmallBundle[] bundles)
    {
        foreach (SmallBundle bundle in bundles)
            await bundle.WriteAsync(_directory.At(bundle.Name), _data.Catalog, _data.Users, Cancellation);
        return await ModelReport.CreateAsync(
            _data,
            TimeSplit.At(_data.Interactions, 899),
            [.. bundles.Select(bundle => _directory.At(bundle.Name))],
            new SilentProgress(),
            Cancellation
        );
    }
}
