using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;

namespace RecOps.Tests.Client.Models;

/// <summary>Two bundles, one of them with a full report.</summary>
internal static class SampleModels
{
    public static ModelFigures Figures(double ndcg, double? bytes = null, double? ms = null) =>
        new(ndcg, ndcg / 4, ndcg + 0.01, 0.89, 0.036, bytes, ms);

    public static EvaluationReport Report() =>
        new()
        {
            Split = new SplitFigures(Sample.Noon.AddDays(-30), 356_712, 1_011),
            Models = new ModelSet
            {
                Student = Figures(0.3801, 550_000, 2.1),
                Control = Figures(0.3676, 550_000, 2.1),
                Ensemble = Figures(0.3820, 7_100_000, 81),
                Teachers = new() { ["deepfm"] = Figures(0.3790, 1_490_000, 7.8), ["din"] = Figures(0.3780, 1_610_000, 23.8) },
            },
            Baselines = new() { ["popular"] = Figures(0.07), ["repeat"] = Figures(0.3294) },
            Served = new ServedFigures(0.3763, 0.1089, 0.37, 0.13),
            Retention = 0.995,
            GapClosed = 0.87,
            GapClosedInterval = new Interval(0.6, 1.2),
            Speedup = 38.6,
            SizeRatio = 12.9,
            Agreement = new AgreementFigures(0.82, 0.71),
            ByHistory = [new HistoryFigures(1, 9, 40, 0.2, 0.19, 0.21), new HistoryFigures(200, null, 300, 0.5, 0.48, 0.5)],
            ByCategory = [new CategoryFigures("Lighting", 1200, 0.4, 0.38, 0.41)],
            Forms = [new FormFigures("fp32", 550_000, 2.1, 0.3801), new FormFigures("int8", 330_000, 2.3, 0.3799)],
            Recall20FirstTime = new() { ["student"] = 0.13 },
            Intervals = new()
            {
                ["repeat"] = new DifferenceInterval(0.05, 0.04, 0.06),
                ["popular"] = new DifferenceInterval(0.3, 0.29, 0.31),
            },
            IntervalsFirstTime = new() { ["repeat"] = new DifferenceInterval(0.02, 0.01, 0.03) },
            Sources =
            [
                new SourceFigures(CandidateSource.Nearest, 200, 0.49, 0.047, 0.085),
                new SourceFigures(CandidateSource.History, 29.6, 0.45, 0.06, 0),
                new SourceFigures(CandidateSource.Cluster, 71.2, 0.4, 0.03, 0.05),
                new SourceFigures(CandidateSource.Popular, 45.1, 0.26, 0.022, null),
            ],
            Verdict = new ShippingVerdict(true, "The student beats every baseline measured"),
        };

    public static BundleInfo Bundle(string name, EvaluationReport? report = null, string? problem = null) =>
        new(
            name,
            problem,
            new BundleFacts(
                $"{name}-1",
                Sample.Noon.AddDays(-1),
                3659,
                4334,
                33,
                64,
                Sample.Noon.AddDays(-30),
                ["fp32"],
                report is not null
            ),
            7_300_000,
            report
        );

    public static ModelList List(
        string active = "winter",
        ModelWork? work = null,
        ShadowState? shadow = null,
        CanaryState? canary = null,
        string? previous = null,
        params OtherServer[] others
    ) =>
        new(
            new ActiveModelInfo(active, $"{active}-1", Sample.Noon.AddHours(-1), "anna", ModelActivationKind.Activated),
            previous,
            work,
            [Bundle("spring"), Bundle("winter", Report())],
            previous is null
                ? []
                :
                [
                    new ModelActivationInfo(
                        active,
                        $"{active}-1",
                        Sample.Noon.AddHours(-1),
                        "anna",
                        ModelActivationKind.Activated,
                        previous
                    ),
                ],
            shadow,
            canary,
            others
        );
}
