using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Cli;
using RecOps.Bench.Reports;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Bench.Distillation;

/// <summary>
/// <c>distillation</c>: how much of its teachers' quality the student keeps, and its size and time beside theirs, measured in one process.
/// </summary>
internal sealed class DistillationSuite : Command
{
    private const string Verb = "distillation";
    private const double RetentionGoal = 0.99;
    private const double RatioGoal = 20;
    private static readonly int[] Batches = [1, 8, 32];

    private readonly Option<string> _bundle = new("--bundle")
    {
        Description = "Directory of a bundle that carries its teachers and its report.",
        HelpName = "directory",
        Required = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for the report.",
        HelpName = "directory",
        DefaultValueFactory = _ => Path.Combine(Repository.Root, "docs", "benchmarks"),
    };

    public DistillationSuite()
        : base(Verb, "Report how much of its teachers' quality a student keeps, and compare size and time.")
    {
        Options.Add(_bundle);
        Options.Add(_out);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string directory = Path.GetFullPath(parsed.GetValue(_bundle)!);
        string file = Path.Combine(directory, BundleFile.Report);
        if (
            !File.Exists(file)
            || EvaluationReport.Parse(File.ReadAllBytes(file)) is not { Models: { Student: { } student, Ensemble: { } ensemble } } figures
        )
        {
            parsed.InvocationConfiguration.Error.WriteLine(
                $"{directory} has no report with a student and an ensemble. Train it with --preset quick or full."
            );
            return 1;
        }

        using Bundle bundle = Bundle.Open(directory);
        Report report = ServerOptions.Report(parsed, Verb, "Distillation");
        WriteQuality(report, figures);
        WriteParts(report, figures);
        (double speedup, double size, double smallest) = WriteCost(report, bundle);
        report.Heading("Goals");
        report.Table(
            ["", "goal", "measured"],
            [
                ["share of the ensemble's NDCG@10 kept", "≥ 99 %", Percent(student.Ndcg10 / ensemble.Ndcg10)],
                [
                    "share of the gap to the control closed",
                    "> 0, interval too",
                    figures.GapClosed is { } gap ? $"{Percent(gap)}{Interval(figures.GapClosedInterval)}" : Figure.None,
                ],
                ["times as fast, 32 shoppers, one thread", "≥ 20", Figure.Rate(speedup)],
                ["times smaller, as served", "≥ 20", Figure.Rate(size)],
                ["times smaller, 8-bit", "≥ 20", Figure.Rate(smallest)],
            ]
        );
        report.Save(parsed.GetValue(_out)!);
        return student.Ndcg10 / ensemble.Ndcg10 >= RetentionGoal && speedup >= RatioGoal ? 0 : 1;
    }

    private static void WriteQuality(Report report, EvaluationReport figures)
    {
        string seeds = figures.Seeds is { } all ? $" Means over {all.Count} seeds ± standard deviation." : "";
        report.Paragraph(
            $"From the bundle's `report.json`: {Figure.Count(figures.Split.TestUsers)} shoppers who bought after "
                + $"{figures.Split.Cut.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, "
                + $"{Figure.Count(figures.Split.TrainEvents)} events before, the whole catalogue ranked, nothing sampled.{seeds} "
                + $"Definitions: [decision 3](../decisions/0003-evaluation.md)."
        );
        var rows = new List<string[]>();
        Add("**student**", figures.Models.Student, figures.Deviations?.Student);
        Add("student without teachers", figures.Models.Control, figures.Deviations?.Control);
        Add("ensemble", figures.Models.Ensemble, figures.Deviations?.Ensemble);
        foreach ((string name, ModelFigures model) in figures.Models.Teachers ?? [])
            Add(name, model, figures.Deviations?.Teachers?.GetValueOrDefault(name));
        foreach ((string name, ModelFigures model) in figures.Baselines)
            Add(name, model, null);
        report.Table(["", "NDCG@10", "first-time", "Recall@20", "AUC", "log loss"], rows);
        foreach ((string other, DifferenceInterval difference) in figures.Intervals)
            report.Paragraph(
                $"Student − {other}: {Signed(difference.Difference)} NDCG@10 (95 % of resamples {Signed(difference.Low)} to "
                    + $"{Signed(difference.High)})."
            );
        if (figures.Agreement is { } agreement)
        {
            report.Paragraph(
                $"The student's top 10 contains {Percent(agreement.Top10Overlap)} of the ensemble's. Kendall's tau over the items that "
                    + $"either has in its top 20 is {Two(agreement.KendallTau)}."
            );
        }

        if (figures.Distillation is { } how)
        {
            report.Paragraph(
                $"Distilled with α = {Two(how.Alpha)}, temperature {Two(how.Temperature)}, listwise weight {Two(how.Listwise)}, early "
                    + $"teachers for {Percent(how.EarlyShare)} of the steps; ensemble by {how.Ensemble}."
            );
            if (how.Validation is { } tried)
                report.Table(
                    ["tried on the last weeks before the cut", "NDCG@10", "first-time"],
                    tried.Select(one =>
                        (string[])
                            [
                                one.Key,
                                Four(one.Value),
                                Four(how.ValidationFirstTime?.TryGetValue(one.Key, out double found) == true ? found : null),
                            ]
                    )
                );
        }

        void Add(string name, ModelFigures? model, ModelFigures? deviation)
        {
            if (model is null)
                return;
            rows.Add([
                name,
                With(model.Ndcg10, deviation?.Ndcg10),
                With(model.Ndcg10FirstTime, deviation?.Ndcg10FirstTime),
                Four(model.Recall20),
                Four(model.Auc),
                Four(model.LogLoss),
            ]);
        }
    }

    private static void WriteParts(Report report, EvaluationReport figures)
    {
        if (figures.ByHistory is { } groups)
        {
            report.Heading("Cold and warm shoppers");
            report.Table(
                ["events before the cut", "shoppers", "student", "without teachers", "ensemble"],
                groups.Select(group =>
                    (string[])
                        [
                            group.To is { } to ? $"{group.From}–{to}" : $"{group.From} or more",
                            Figure.Count(group.Users),
                            Four(group.Student),
                            Four(group.Control),
                            Four(group.Ensemble),
                        ]
                )
            );
        }

        if (figures.ByCategory is not { } categories)
            return;
        report.Heading("By category");
        report.Paragraph("Share of a category's test purchases that are in the top 20.");
        report.Table(
            ["category", "purchases", "student", "without teachers", "ensemble"],
            categories.Select(category =>
                (string[])
                    [
                        category.Category,
                        Figure.Count(category.Purchases),
                        Percent(category.Student),
                        Percent(category.Control),
                        Percent(category.Ensemble),
                    ]
            )
        );
    }

    /// <returns>How many times faster the student is at the largest batch, how many times smaller as served, and how many times smaller its
    /// smallest form is.</returns>
    private static (double Speedup, double Size, double Smallest) WriteCost(Report report, Bundle bundle)
    {
        string[] files =
        [
            BundleFile.Ranker,
            .. new[] { BundleFile.RankerHalf, BundleFile.RankerInt8 }.Where(bundle.Manifest.Files.ContainsKey),
            .. bundle
                .Manifest.Files.Keys.Where(file => file.StartsWith(BundleFile.Teachers + "/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        report.Heading("Size and time");
        report.Paragraph(
            "ONNX Runtime on the CPU, one thread, 200 candidates per shopper, users of the bundle with their histories. The models "
                + "take turns in one process, so that other load on the machine affects all of them alike; medians of 31 rounds."
        );
        double[][] times = [.. Batches.Select(batch => RankerTimes.Measure(bundle, files, batch))];
        report.Table(
            ["", "MB", .. Batches.Select(batch => $"ms for {batch}")],
            files.Select((file, i) => (string[])[file, Megabytes(bundle, file), .. times.Select(row => Figure.Ms(row[i]))])
        );
        int ensemble = Array.IndexOf(files, BundleFile.Ensemble);
        double bytes = bundle.Manifest.Files[BundleFile.Ensemble].Bytes;
        double smallest = files
            .TakeWhile(file => !file.StartsWith(BundleFile.Teachers, StringComparison.Ordinal))
            .Min(file => bundle.Manifest.Files[file].Bytes);
        return (times[^1][ensemble] / times[^1][0], bytes / bundle.Manifest.Files[BundleFile.Ranker].Bytes, bytes / smallest);
    }

    private static string Megabytes(Bundle bundle, string file) =>
        (bundle.Manifest.Files[file].Bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture);

    private static string With(double? value, double? deviation) =>
        deviation is { } spread ? $"{Four(value)} ± {Four(spread)}" : Four(value);

    private static string Four(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Figure.None;

    private static string Two(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.0000;−0.0000", CultureInfo.InvariantCulture);

    private static string Percent(double? share) =>
        share is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : Figure.None;

    private static string Interval(Interval? interval) => interval is null ? "" : $" ({Percent(interval.Low)} to {Percent(interval.High)})";
}
