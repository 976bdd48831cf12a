using RecOps.Training.Distillation;
using RecOps.Training.Import;
using RecOps.Training.Models.Learning;
using Xunit;

namespace RecOps.Tests.Training.Distillation;

/// <summary>Networks that are trained in processes of their own.</summary>
[Collection(TorchTests.Name)]
public sealed class StepProcessTests(TrainCommandTests.Shop shop) : IClassFixture<TrainCommandTests.Shop>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAll_TwoNetworks_AreThoseThatThisProcessTrains()
    {
        string[] networks = ["din", DistilledRun.ControlName];
        using var directory = new TempDirectory();
        (WorkDirectory here, WorkDirectory there) = (Open(directory, "here"), Open(directory, "there"));
        TrainOptions options = Options();
        ShopData data = ShopImport.Read(options.Import, new ImportReport(10), new SilentProgress(), Cancellation)!;
        TimeSplit split = TimeSplit.ByShare(data.Interactions, 0.1);
        using TrainingSet set = TrainingSet.Build(data, split, options.History);
        var run = new DistilledRun(options, set, seed: 3, here, new SilentProgress(), Cancellation);

        foreach (string network in networks)
            run.Train(network);
        StepProcess.RunAll([.. networks.Select(network => Step(options, data, split, there, network))], new SilentProgress(), Cancellation);

        string[] files = [.. Directory.GetFiles(here.Path).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Contains("din.weights", files);
        Assert.Equal(files, Directory.GetFiles(there.Path).Select(Path.GetFileName).Order());
        foreach (string file in files)
            Assert.Equal(File.ReadAllBytes(here.At(file)), File.ReadAllBytes(there.At(file)));
    }

    [Fact]
    public void RunAll_FilesThatChanged_SaysSo()
    {
        using var directory = new TempDirectory();
        TrainOptions options = Options();
        ShopData data = ShopImport.Read(options.Import, new ImportReport(10), new SilentProgress(), Cancellation)!;
        TrainingStep step = Step(options, data, TimeSplit.ByShare(data.Interactions, 0.1), Open(directory, "work"), "din");

        var problem = Assert.Throws<TrainingException>(() =>
            StepProcess.RunAll([step with { Fingerprint = "other" }], new SilentProgress(), Cancellation)
        );

        Assert.Equal("Training din failed: The data files have changed since the training began. Run the command again.", problem.Message);
    }

    private static WorkDirectory Open(TempDirectory directory, string name) => WorkDirectory.Open(directory.At(name), "test");

    private static TrainingStep Step(TrainOptions options, ShopData data, TimeSplit split, WorkDirectory work, string network) =>
        new(options, data.Interactions.Count, split, options.Fingerprint(data), 3, work.Path, network);

    private TrainOptions Options() =>
        new()
        {
            Import = new ImportOptions { Interactions = shop.Files[1], Catalog = shop.Files[3] },
            Output = "unused",
            Name = "unused",
            Dimension = 8,
            History = 8,
            Epochs = 1,
        };
}
