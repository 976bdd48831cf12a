using RecOps.Training.Cli;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Import;

[Collection(TorchTests.Name)]
public sealed class ImportCommandTests : IDisposable
{
    private readonly ShopFiles _files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Train_BadRows_PrintsEachWithPlaceAndStops()
    {
        _files.WriteInteractions("user_id,item_id,event,timestamp\nu1,A,buy,1\nu1,A,view,soon\nu1,A,view,1\n");

        CommandRun run = await CommandRun.InvokeAsync(
            ["train", "--interactions", _files.Interactions, "--catalog", _files.Catalog, "--out", _files.Directory.At("model")],
            Cancellation
        );

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(
            $"{_files.Interactions}:2: event: 'buy' is not an event; use view, click, cart or purchase.",
            run.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"{_files.Interactions}:3: timestamp: 'soon' is not a time", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 problems in 2 rows:", run.Error, StringComparison.Ordinal);
        Assert.Contains("1  unknown event", run.Error, StringComparison.Ordinal);
        Assert.Contains("add --skip-bad-rows", run.Error, StringComparison.Ordinal);
        Assert.Equal(["catalog.csv", "interactions.csv"], _files.Directory.Entries);
    }

    [Fact]
    public async Task Train_MaxProblems_PrintsThatMany()
    {
        _files.WriteInteractions("user_id,item_id,event,timestamp\n" + string.Concat(Enumerable.Repeat("u1,A,buy,1\n", 20)));

        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                _files.Interactions,
                "--catalog",
                _files.Catalog,
                "--out",
                _files.Directory.At("model"),
                "--max-problems",
                "2",
            ],
            Cancellation
        );

        Assert.Equal(2, run.Error.Split("is not an event").Length - 1);
        Assert.Contains("… and 19 more.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportStep_SkipBadRows_SaysHowManyAndContinues()
    {
        _files.WriteInteractions("user_id,item_id,event,timestamp\nu1,A,buy,1\nu1,A,view,86400\n");
        using var output = new StringWriter();
        using var error = new StringWriter();
        var options = new ImportOptions
        {
            Interactions = _files.Interactions,
            Catalog = _files.Catalog,
            SkipBadRows = true,
        };

        ShopData? data = await ImportStep.RunAsync(options, output, error, Cancellation);

        Assert.NotNull(data);
        Assert.Contains("Continuing without those 1 rows.", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 interactions of 1 users with 2 items, 1970-01-02 to 1970-01-02.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OutputNotEmpty_AsksForForceBeforeReading()
    {
        CommandRun run = await CommandRun.InvokeAsync(
            ["train", "--interactions", "nowhere.csv", "--catalog", "nowhere.csv", "--out", _files.Directory.Path],
            Cancellation
        );

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("Add --force", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Cancelled_GivesExitCode130AndLeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        CommandRun run = await CommandRun.InvokeAsync(
            ["train", "--interactions", _files.Interactions, "--catalog", _files.Catalog, "--out", _files.Directory.At("model")],
            cancellation.Token
        );

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal(["catalog.csv", "interactions.csv"], _files.Directory.Entries);
    }

    [Theory]
    [InlineData("--dimension", "4", "--dimension is 4; it must be 8 to 512.")]
    [InlineData("--holdout", "0.9", "--holdout is 0.9; it must be 0 to 0.5.")]
    [InlineData("--epochs", "0", "--epochs is 0; it must be 1 to 1000.")]
    [InlineData("--history", "many", "many")]
    [InlineData("--colour", "red", "--colour")]
    public async Task Train_WrongOption_IsAUsageError(string option, string value, string message)
    {
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                _files.Interactions,
                "--catalog",
                _files.Catalog,
                "--out",
                _files.Directory.At("model"),
                option,
                value,
            ],
            Cancellation
        );

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoVerb_IsAUsageErrorWithHelp()
    {
        CommandRun run = await CommandRun.InvokeAsync([], Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("synth", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfAVerb_DescribesItsOptions()
    {
        CommandRun run = await CommandRun.InvokeAsync(["train", "--help"], Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("--holdout", run.Output, StringComparison.Ordinal);
    }
}
