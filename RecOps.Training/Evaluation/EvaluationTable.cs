using System.Globalization;
using RecOps.Shared.Bundles.Report;
using Spectre.Console;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Prints a report for people: a row for each model and baseline with the best of each column in bold, then a summary.
/// </summary>
internal static class EvaluationTable
{
    private const int PlainWidth = 160;
    private static readonly Column[] Columns =
    [
        new("NDCG@10", row => row.Figures.Ndcg10, "0.0000"),
        new("first-time", row => row.Figures.Ndcg10FirstTime, "0.0000"),
        new("Recall@20", row => row.Figures.Recall20, "0.0000"),
        new("first-time", row => row.FirstTimeRecall, "0.0000"),
        new("AUC", row => row.Figures.Auc, "0.0000"),
        new("log loss", row => row.Figures.LogLoss, "0.00000", LowerIsBetter: true),
        new("MB", row => row.Figures.Bytes / 1e6, "0.00", LowerIsBetter: true),
        new("ms per batch", row => row.Figures.BatchMs, "0.00", LowerIsBetter: true),
    ];

    /// <param name="output">Gets colours and bold type if it is this process's terminal.</param>
    public static void Write(EvaluationReport report, TextWriter output)
    {
        bool terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        if (!terminal)
            console.Profile.Width = PlainWidth;
        Row[] rows = Rows(report);
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (Column column in Columns)
            table.AddColumn(new TableColumn(column.Header).RightAligned());
        double?[] best = [.. Columns.Select(column => column.Best(rows))];
        foreach (Row row in rows)
            table.AddRow([Markup.Escape(row.Name), .. Columns.Select((column, i) => Cell(column, row, best[i]))]);
        console.Write(table);
        foreach (string line in Lines(report))
            console.WriteLine(line);
        foreach (string line in Verdicts(report))
            console.MarkupLine($"[{(report.Verdict.Fit ? "green" : "red")} bold]{Markup.Escape(line)}[/]");
    }

    private static string Cell(Column column, Row row, double? best)
    {
        if (column.Value(row) is not { } value)
            return "";
        string text = value.ToString(column.Format, CultureInfo.InvariantCulture);
        if (row.Deviations is { } deviations && column.Value(row with { Figures = deviations, FirstTimeRecall = null }) is { } deviation)
            text += $" ± {deviation.ToString(column.Format, CultureInfo.InvariantCulture)}";
        return value.Equals(best) ? $"[bold]{text}[/]" : text;
    }

    private static Row[] Rows(EvaluationReport report)
    {
        var rows = new List<Row>();
        Add(BundleEvaluation.Student, report.Models.Student, report.Deviations?.Student, report.Rule is null ? null : "plain rule");
        if (report.Served is { } served)
        {
            ModelFigures figures = new(served.Ndcg10, served.Ndcg10FirstTime, served.Recall20, null, null, null, null);
            rows.Add(new Row("  as served", figures, served.Recall20FirstTime, null, Single: true));
        }

        foreach (SeedFigures seed in report.Seeds ?? [])
            rows.Add(new Row($"  {seed.Bundle}", seed.Student, null, null, Single: true));
        Add(BundleEvaluation.Control, report.Models.Control, report.Deviations?.Control);
        Add(BundleEvaluation.Ensemble, report.Models.Ensemble, report.Deviations?.Ensemble);
        foreach ((string name, ModelFigures figures) in report.Models.Teachers ?? [])
            Add(name, figures, report.Deviations?.Teachers?.GetValueOrDefault(name));
        foreach ((string name, ModelFigures figures) in report.Baselines)
            Add(name, figures, null);
        return [.. rows];

        void Add(string name, ModelFigures? figures, ModelFigures? deviations, string? label = null)
        {
            if (figures is null)
                return;
            double? recall = report.Recall20FirstTime.TryGetValue(name, out double value) ? value : null;
            rows.Add(new Row(label ?? name, figures, recall, deviations, Single: false));
        }
    }

    private static IEnumerable<string> Lines(EvaluationReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        yield return string.Create(
            culture,
            $"{report.Split.TestUsers:N0} users {(report.Target is { } target ? $"with a {target}" : "who bought")} after "
                + $"{report.Split.Cut:yyyy-MM-dd HH:mm:ss}Z; "
                + $"{report.Split.TrainEvents:N0} events before. A batch is 32 users with 200 candidates each, on one thread."
        );
        if (report.Baselines.Count > 0)
        {
            if (Lead(report.Baselines, figures => figures.Ndcg10, report.Intervals) is { } all)
                yield return $"Student − {all}";
            if (Lead(report.Baselines, figures => figures.Ndcg10FirstTime, report.IntervalsFirstTime) is { } firstTime)
                yield return $"The same on first-time purchases, student − {firstTime}";
        }

        yield return string.Create(
            culture,
            $"Retrieval finds {report.RetrievalRecall200:P1} of purchases among its nearest 200 items, and {report.CandidateRecall:P1} "
                + $"together with the history and popular items."
        );
        if (report.Served is { } served && report.Models.Student is { Ndcg10: > 0 } student)
            yield return string.Create(
                culture,
                $"As served, from candidates, it keeps {served.Ndcg10 / student.Ndcg10:P1} of its NDCG@10 over the whole catalogue"
            )
                + (
                    served.Ndcg10FirstTime is { } first && student.Ndcg10FirstTime is > 0 and { } whole
                        ? string.Create(culture, $", and {first / whole:P1} on first-time purchases.")
                        : "."
                );
        if (report.Retention is { } retention)
            yield return string.Create(culture, $"The student keeps {retention:P1} of the ensemble's NDCG@10.");
        if (report.GapClosed is { } gap)
            yield return string.Create(culture, $"Distillation closes {gap:P1} of the gap between control and ensemble.");
        if (report.Speedup is { } speedup && report.SizeRatio is { } ratio)
            yield return string.Create(
                culture,
                $"The student is {speedup:0.0} times as fast as the ensemble and {ratio:0.0} times smaller."
            );
        foreach (string note in report.Notes ?? [])
            yield return $"Note: {note}";
    }

    /// <summary>The student's lead over the best baseline of a column; null when it was not measured.</summary>
    private static string? Lead(
        Dictionary<string, ModelFigures> baselines,
        Func<ModelFigures, double?> column,
        Dictionary<string, DifferenceInterval>? intervals
    )
    {
        string strongest = baselines.MaxBy(baseline => column(baseline.Value) ?? double.NegativeInfinity).Key;
        return intervals?.GetValueOrDefault(strongest) is not { } interval
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{strongest} (the best baseline), NDCG@10: {interval.Difference:+0.0000;−0.0000} (95% of resamples "
                    + $"{interval.Low:+0.0000;−0.0000} to {interval.High:+0.0000;−0.0000})"
            );
    }

    private static IEnumerable<string> Verdicts(EvaluationReport report)
    {
        if (report.Seeds is null)
            return [report.Verdict.Sentence];
        return report.Seeds.Select(seed => $"{seed.Bundle}: {seed.Verdict.Sentence}");
    }

    /// <param name="Single">One bundle of several: shown for comparison, and never marked as the best.</param>
    private sealed record Row(string Name, ModelFigures Figures, double? FirstTimeRecall, ModelFigures? Deviations, bool Single);

    private sealed record Column(string Header, Func<Row, double?> Value, string Format, bool LowerIsBetter = false)
    {
        public double? Best(Row[] rows)
        {
            IEnumerable<double?> values = rows.Where(row => !row.Single).Select(Value);
            return LowerIsBetter ? values.Min() : values.Max();
        }
    }
}
