using RecOps.Shared.Bundles.Report;

namespace RecOps.Client.Models;

/// <summary>What a row of a bundle's figures is about.</summary>
public enum FigureKind
{
    /// <summary>What the bundle serves.</summary>
    Student,

    /// <summary>Its lists as a server makes them, from candidates.</summary>
    Served,

    /// <summary>The same without teachers.</summary>
    Control,
    Ensemble,
    Teacher,
    Baseline,
}

/// <summary>One model or baseline of a report, ready to show.</summary>
/// <param name="Deviation">Standard deviations over seeds; null for a single one.</param>
public sealed record FigureRow(string Name, FigureKind Kind, ModelFigures Figures, ModelFigures? Deviation)
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["deepfm"] = "DeepFM",
        ["dcnv2"] = "DCN-V2",
        ["xdeepfm"] = "xDeepFM",
        ["din"] = "DIN",
        ["dlrm"] = "DLRM",
        ["popular"] = "Popular",
        ["popular7Days"] = "Popular, last 7 days",
        ["repeat"] = "Repeat purchase",
        ["repeatDecayed"] = "Repeat purchase with decay",
        ["tifuKnn"] = "TIFU-KNN",
        ["itemKnn"] = "Item kNN",
        ["upCf"] = "UP-CF",
        ["ease"] = "EASE",
        ["als"] = "Implicit ALS",
        ["sasRec"] = "SASRec",
    };

    /// <summary>Student first, then what it is compared with.</summary>
    public static FigureRow[] Of(EvaluationReport report)
    {
        var rows = new List<FigureRow>();
        string served = report.Rule is null ? "Student" : "Plain rule";
        Add(served, FigureKind.Student, report.Models.Student, report.Deviations?.Student);
        if (report.Served is { } lists)
            Add(
                $"{served}, as served",
                FigureKind.Served,
                new ModelFigures(lists.Ndcg10, lists.Ndcg10FirstTime, lists.Recall20, null, null, null, null),
                null
            );
        Add("Student without teachers", FigureKind.Control, report.Models.Control, report.Deviations?.Control);
        Add("Ensemble of teachers", FigureKind.Ensemble, report.Models.Ensemble, report.Deviations?.Ensemble);
        foreach ((string name, ModelFigures figures) in (report.Models.Teachers ?? []).OrderByDescending(teacher => teacher.Value.Ndcg10))
            Add(NameOf(name), FigureKind.Teacher, figures, report.Deviations?.Teachers?.GetValueOrDefault(name));
        foreach ((string name, ModelFigures figures) in report.Baselines.OrderByDescending(baseline => baseline.Value.Ndcg10))
            Add(NameOf(name), FigureKind.Baseline, figures, null);
        return [.. rows];

        void Add(string name, FigureKind kind, ModelFigures? figures, ModelFigures? deviation)
        {
            if (figures is not null)
                rows.Add(new FigureRow(name, kind, figures, deviation));
        }
    }

    /// <summary>The usual spelling, for people.</summary>
    public static string NameOf(string name) => Names.GetValueOrDefault(name, name);
}
