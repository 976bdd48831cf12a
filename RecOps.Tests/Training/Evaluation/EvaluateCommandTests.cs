using System.Text.Json.Nodes;
using RecOps.Training.Cli;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Synth;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>Runs <c>evaluate</c> from the files of a synthetic shop to the report.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ShopData _data;
    private readonly TimeSplit _split;

    public EvaluateCommandTests()
    {
        SynthShop.Write(
            new SynthOptions
            {
                Users = 120,
                Items = 80,
                Days = 200,
                Plain = true,
            },
            _directory.Path,
            new SilentProgress(),
            CancellationToken.None
        );
        var options = new ImportOptions { Catalog = _directory.At("catalog.csv"), Interactions = _directory.At("interactions.csv") };
        _data = ShopImport.Read(options, new ImportReport(), new SilentProgress(), CancellationToken.None)!;
        _split = TimeSplit.ByShare(_data.Interactions, 0.1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long LastTrained => _data.Interactions.Times[_split.TrainRows - 1];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Evaluate_BundleWithACut_PrintsTheTableAndWritesTheReport()
    {
        await WriteBundleAsync(_split.Cut, LastTrained);

        CommandRun run = await RunAsync("--out", _directory.At("figures/report.json"));

        Assert.Equal(ExitCode.Success, run.ExitCode);
        JsonNode report = JsonNode.Parse(await File.ReadAllBytesAsync(_directory.At("figures/report.json"), Cancellation))!;
        Assert.Equal(_split.TrainRows, (int)report["split"]!["trainEvents"]!);
        Assert.Equal(TestSet.Create(_data, _split).Users.Length, (int)report["split"]!["testUsers"]!);
        Assert.Contains((string)report["verdict"]!["sentence"]!, run.Output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(_directory.At("figures")));
    }

    [Fact]
    public async Task Evaluate_BundleTrainedOnEverything_IsRefusedWithAdvice()
    {
        await WriteBundleAsync(null, _data.Interactions.Times[^1]);

        CommandRun run = await RunAsync("--out", _directory.At("report.json"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("trained on all events", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.At("report.json")));
    }

    [Fact]
    public async Task Evaluate_BadRow_IsNamedAndNothingIsMeasured()
    {
        await WriteBundleAsync(_split.Cut, LastTrained);
        await File.AppendAllTextAsync(
            _directory.At("interactions.csv"),
            "u-000001,no-such-item,purchase,2026-01-01T00:00:00Z,1,1.00\n",
            Cancellation
        );

        CommandRun run = await RunAsync("--out", _directory.At("report.json"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("item 'no-such-item' is not in", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.At("report.json")));
    }

    [Fact]
    public async Task Evaluate_CutAfterAllTrainingEvents_IsUsed()
    {
        await WriteBundleAsync(null, LastTrained);

        CommandRun run = await RunAsync("--cut", DateTimeOffset.FromUnixTimeSeconds(LastTrained).ToString("yyyy-MM-ddTHH:mm:ssZ", null));

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("student", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_CutAtTheEndOfTheData_SaysThereIsNothingToTestOn()
    {
        await WriteBundleAsync(null, LastTrained);

        CommandRun run = await RunAsync("--cut", $"{_data.Interactions.Times[^1]}");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("nothing to test on", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_CutThatIsNotATime_IsAUsageError()
    {
        CommandRun run = await RunAsync("--cut", "yesterday");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("--cut is 'yesterday'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoSuchBundle_SaysSo()
    {
        CommandRun run = await RunAsync();

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("is not a bundle", run.Error, StringComparison.Ordinal);
    }

    private Task WriteBundleAsync(long? cut, long lastEvent) =>
        new SmallBundle { Training = SmallBundle.TrainedTo(cut, lastEvent, _split.TrainRows) }.WriteAsync(
            _directory.At("bundle"),
            _data.Catalog,
            _data.Users,
            Cancellation
        );

    private Task<CommandRun> RunAsync(params string[] more) =>
        CommandRun.InvokeAsync(
            [
                "evaluate",
                "--bundle",
                _directory.At("bundle"),
                "--interactions",
                _directory.At("interactions.csv"),
                "--catalog",
                _directory.At("catalog.csv"),
                .. more,
            ],
            Cancellation
        );
}
