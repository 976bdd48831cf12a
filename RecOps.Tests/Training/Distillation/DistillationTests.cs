using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Distillation;
using RecOps.Training.Models.Teachers;
using Xunit;

namespace RecOps.Tests.Training.Distillation;

/// <summary>Trains teachers, student and control through the command line, on a small synthetic shop.</summary>
[Collection(TorchTests.Name)]
public sealed class DistillationTests(DistillationTests.Trained trained) : IClassFixture<DistillationTests.Trained>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_Quick_WritesABundleWithTeachersThatOpensAndAReportOfAllModels()
    {
        Assert.True(trained.Run.ExitCode == 0, trained.Run.Error);
        using Bundle bundle = Bundle.Open(trained.Bundle);
        Assert.Equal(
            TeacherRecipe.All.Select(teacher => $"teachers/{teacher.Name}.onnx").Append(BundleFile.Ensemble).Order(),
            bundle.Manifest.Files.Keys.Where(file => file.StartsWith("teachers/", StringComparison.Ordinal)).Order()
        );

        EvaluationReport report = EvaluationReport.Parse(File.ReadAllBytes(bundle.PathOf(BundleFile.Report)));
        Assert.Equal(EvaluationReport.CurrentFormat, report.FormatVersion);
        Assert.Equal(TeacherRecipe.All.Select(teacher => teacher.Name).Order(), report.Models.Teachers!.Keys.Order());
        Assert.NotNull(report.Models.Control);
        Assert.Equal(report.Models.Student!.Ndcg10 / report.Models.Ensemble!.Ndcg10, report.Retention!.Value, 12);
        Assert.Equal(report.Models.Ensemble.Bytes / report.Models.Student.Bytes, report.SizeRatio);
        Assert.InRange(report.Agreement!.Top10Overlap, 0.05, 1);
        Assert.InRange(report.Agreement.KendallTau, -1, 1);
        Assert.Equal(report.Split.TestUsers, report.ByHistory!.Sum(group => group.Users));
        Assert.All(report.ByCategory!, category => Assert.InRange(category.Student, 0, 1));
        Assert.Equal(["fp32", "fp16", "int8"], report.Forms!.Select(form => form.Precision));
        Assert.Equal("mean", report.Distillation!.Ensemble);
        Assert.Contains("control", report.Intervals.Keys);
        Assert.Contains("control", report.IntervalsFirstTime!.Keys);
        Assert.Equal(CandidateSource.All, report.Sources!.Select(source => source.Source));
        Assert.Contains("Early look at ", trained.Run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Quick_DeletesItsWorkDirectoryAndWritesTheControlBundle()
    {
        Assert.Equal(
            ["control", "student"],
            Directory
                .GetFileSystemEntries(trained.Directory.Path)
                .Select(Path.GetFileName)
                .Where(name => !name!.StartsWith("shop", StringComparison.Ordinal))
                .Order()
        );
        using Bundle control = Bundle.Open(trained.Directory.At("control"));
        Assert.Equal("control", control.Manifest.Name);
        EvaluationReport own = EvaluationReport.Parse(File.ReadAllBytes(control.PathOf(BundleFile.Report)));
        EvaluationReport both = EvaluationReport.Parse(File.ReadAllBytes(Path.Combine(trained.Bundle, BundleFile.Report)));
        Assert.Equal(both.Models.Control!.Ndcg10, own.Models.Student!.Ndcg10, 12);
    }

    [Fact]
    public async Task Distil_KeptTeachers_GivesANewStudentAndKeepsThem()
    {
        string redone = trained.Directory.At("shop-redone");
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "distil",
                "--bundle",
                trained.Bundle,
                .. trained.Files,
                "--out",
                redone,
                "--alpha",
                "0.9",
                "--epochs",
                "1",
                "--dimension",
                "8",
                "--ship-anyway",
            ],
            Cancellation
        );

        Assert.True(run.ExitCode == 0, run.Error);
        using Bundle bundle = Bundle.Open(redone);
        Assert.Equal((8, "2"), (bundle.Manifest.Dimension, bundle.Manifest.Version));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(trained.Bundle, BundleFile.Ensemble), Cancellation),
            await File.ReadAllBytesAsync(bundle.PathOf(BundleFile.Ensemble), Cancellation)
        );
        EvaluationReport report = EvaluationReport.Parse(File.ReadAllBytes(bundle.PathOf(BundleFile.Report)));
        Assert.Equal(0.9, report.Distillation!.Alpha);
        Assert.NotNull(report.Retention);
    }

    [Fact]
    public async Task Distil_OtherData_SaysWhatDiffers()
    {
        using var directory = new TempDirectory();
        directory.Write("interactions.csv", "user_id,item_id,event,timestamp\nu1,a,purchase,1700000000\n");
        directory.Write("catalog.csv", "item_id\na\n");
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "distil",
                "--bundle",
                trained.Bundle,
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
                "--out",
                directory.At("x"),
            ],
            Cancellation
        );
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("This is not the data that the teachers", run.Error, StringComparison.Ordinal);
        Assert.Equal(["catalog.csv", "interactions.csv"], directory.Entries);
    }

    [Fact]
    public async Task Train_CancelledAndStartedAgain_ResumesAndEndsTheSame()
    {
        string output = trained.Directory.At("shop-again");
        string work = Path.Combine(output + ".work", "seed-1");
        string first;
        using (var cancellation = new CancellationTokenSource())
        {
            Task<CommandRun> running = CommandRun.InvokeAsync(trained.Arguments(output), cancellation.Token);
            while ((first = TeacherRecipe.All.Select(Weights).FirstOrDefault(File.Exists) ?? "").Length == 0)
                await Task.Delay(5, Cancellation);
            await cancellation.CancelAsync();
            CommandRun cancelled = await running;
            Assert.Equal(130, cancelled.ExitCode);
            Assert.Contains("Run the same command to resume.", cancelled.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(output));
        }

        Assert.True(File.Exists(first));
        CommandRun run = await CommandRun.InvokeAsync(trained.Arguments(output), Cancellation);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(trained.Bundle, BundleFile.Ranker), Cancellation),
            await File.ReadAllBytesAsync(Path.Combine(output, BundleFile.Ranker), Cancellation)
        );
        string kept = Path.GetFileNameWithoutExtension(first);
        Assert.DoesNotMatch($@": {kept}: done.*\(pass", run.Error);
        Assert.Matches(@": student: done.*\(pass", run.Error);

        string Weights(TeacherRecipe teacher) => Path.Combine(work, $"{teacher.Name}.weights");
    }

    [Fact]
    public async Task Train_Full_TunesOnTheWeeksBeforeTheCutAndMeasuresFiveSeeds()
    {
        using var directory = new TempDirectory();
        await SynthAsync(directory, 50, 40);
        string output = directory.At("full");
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                .. Files(directory),
                "--out",
                output,
                "--preset",
                "full",
                "--dimension",
                "8",
                "--history",
                "8",
                "--epochs",
                "1",
                "--ship-anyway",
            ],
            Cancellation
        );

        Assert.True(run.ExitCode == 0, run.Error);
        EvaluationReport report = EvaluationReport.Parse(
            await File.ReadAllBytesAsync(Path.Combine(output, BundleFile.Report), Cancellation)
        );
        Assert.Equal([1, 2, 3, 4, 5], report.Seeds!.Select(seed => seed.Seed!.Value));
        Assert.Equal(report.Seeds!.Average(seed => seed.Student.Ndcg10), report.Models.Student!.Ndcg10, 12);
        Assert.True(report.Deviations!.Student!.Ndcg10 > 0);

        Assert.True(report.Baselines["sasRec"].Ndcg10 > 0);
        Assert.Contains("sasRec", report.Intervals.Keys);
        DistillationRecord chosen = report.Distillation!;
        Dictionary<string, double> tried = chosen.Validation!;
        Assert.Equal(tried["ensemble: gate"] > tried["ensemble: mean"] ? "gate" : "mean", chosen.Ensemble);
        Assert.Contains("α 0 (control)", tried.Keys);
        var settings = new DistillationSettings(chosen.Alpha, chosen.Temperature, chosen.Listwise, chosen.EarlyShare);
        Dictionary<string, double> firstTime = chosen.ValidationFirstTime!;
        Assert.Equal(DistillationSettings.Sweep.Max(Ratio), Ratio(settings));

        double Ratio(DistillationSettings one) =>
            Math.Min(
                tried[one.ToString()] / tried["α 0 (control)"],
                firstTime[one.ToString()] / Math.Max(firstTime["α 0 (control)"], 1e-9)
            );
    }

    private static string[] Files(TempDirectory directory) =>
        [
            "--interactions",
            directory.At("shop/interactions.csv.gz"),
            "--catalog",
            directory.At("shop/catalog.csv.gz"),
            "--users",
            directory.At("shop/users.csv.gz"),
        ];

    private static async Task SynthAsync(TempDirectory directory, int users, int items)
    {
        CommandRun made = await CommandRun.InvokeAsync(
            [
                "synth",
                "--users",
                $"{users}",
                "--items",
                $"{items}",
                "--interactions-per-user",
                "40",
                "--seed",
                "3",
                "--out",
                directory.At("shop"),
            ],
            default
        );
        Assert.True(made.ExitCode == 0, made.Error);
    }

    /// <summary>A shop, and the result of one quick training.</summary>
    public sealed class Trained : IAsyncLifetime
    {
        public TempDirectory Directory { get; } = new();

        public string[] Files => DistillationTests.Files(Directory);

        public string Bundle => Directory.At("student");

        internal CommandRun Run { get; private set; } = null!;

        public string[] Arguments(string output) =>
            [
                "train",
                .. Files,
                "--out",
                output,
                "--preset",
                "quick",
                "--dimension",
                "16",
                "--history",
                "16",
                "--epochs",
                "2",
                "--int8",
                "--ship-anyway",
            ];

        public async ValueTask InitializeAsync()
        {
            await SynthAsync(Directory, 150, 120);
            Run = await CommandRun.InvokeAsync([.. Arguments(Bundle), "--control-out", Directory.At("control")], default);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
