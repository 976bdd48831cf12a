using System.Globalization;
using RecOps.Client.Shell;
using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;

namespace RecOps.Client.Models;

/// <summary>Text about models, for the page.</summary>
internal static class ModelText
{
    /// <summary>What a bundle is doing now.</summary>
    public static (string Text, Tone Tone, string? More)[] States(ModelList models, BundleInfo bundle)
    {
        var states = new List<(string, Tone, string?)>();
        if (models.Active?.Bundle == bundle.Name)
            states.Add(("active", Tone.Good, null));
        if (models.Canary is { } canary && canary.Bundle == bundle.Name)
            states.Add(($"canary {Share(canary.Share)}", Tone.Warn, "It serves a share of the shoppers"));
        if (models.Shadow is { } shadow && shadow.Bundle == bundle.Name)
            states.Add(
                ($"shadow {Share(shadow.Share)}", Tone.Neutral, "It is compared on a share of the requests, and not shown to shoppers")
            );
        if (bundle.Change is { } change)
            states.Add(("changed on disk", Tone.Warn, change.Detail));
        if (bundle.Problem is { } problem)
            states.Add(("cannot be served", Tone.Bad, problem));
        return [.. states];
    }

    /// <summary>Which servers use another model; null when none does.</summary>
    public static string? Stragglers(ModelList? models)
    {
        OtherServer[] behind = models?.Active is { } active ? [.. models.Others.Where(server => server.Model != active.Model)] : [];
        if (behind.Length == 0)
            return null;
        IEnumerable<string> each = behind.Select(server => $"{server.Name} ({(server.Model.Length == 0 ? "none yet" : server.Model)})");
        return $"{behind.Length} of {models!.Others.Length + 1} servers {(behind.Length == 1 ? "uses" : "use")} another model: "
            + $"{string.Join(", ", each)}. They follow within seconds once the bundle is ready there; if not, check their logs.";
    }

    /// <summary>
    /// A bundle that was measured on the same events as the active one and is better: ahead over all purchases and not behind on
    /// first-time purchases. The best of several; null when there is none.
    /// </summary>
    public static BundleInfo? Better(ModelList models)
    {
        if (Of(models.Active?.Bundle) is not { Report: { Models.Student: { } own } report })
            return null;
        return models
            .Bundles.Where(bundle =>
                bundle is { Problem: null, Facts: not null, Report.Models.Student: { } other }
                && bundle.Report.Split == report.Split
                && bundle.Report.Target == report.Target
                && other.Ndcg10 > own.Ndcg10
                && !(other.Ndcg10FirstTime < own.Ndcg10FirstTime)
            )
            .MaxBy(bundle => bundle.Report!.Models.Student!.Ndcg10);

        BundleInfo? Of(string? name) => Array.Find(models.Bundles, bundle => bundle.Name == name);
    }

    /// <summary>Why to use a better bundle instead of the active one.</summary>
    public static string BetterBecause(ModelList models, BundleInfo better)
    {
        ModelFigures now = Array.Find(models.Bundles, bundle => bundle.Name == models.Active!.Bundle)!.Report!.Models.Student!;
        ModelFigures then = better.Report!.Models.Student!;
        string firstTime = then.Ndcg10FirstTime is { } first
            ? $", and {Four(first)} against {Four(now.Ndcg10FirstTime)} on first-time purchases"
            : "";
        return $"was measured on the same purchases as {models.Active!.Bundle}, which is serving, and is better: "
            + $"{Four(then.Ndcg10)} against {Four(now.Ndcg10)} NDCG@10{firstTime}.";
    }

    /// <param name="share">0 to 1.</param>
    public static string Share(double share) => Quantity.Percent(100 * share).ToString();

    /// <summary>The report's verdict, and what distillation did, as sentences.</summary>
    public static IEnumerable<string> Sentences(EvaluationReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (report.Rule is { } rule)
        {
            yield return $"It serves a plain rule instead of a trained student: {rule}.";
        }
        else
        {
            foreach (string sentence in Standing(report))
                yield return sentence;
        }

        if (report.Baselines.Count > 0)
        {
            if (Lead(report, figures => figures.Ndcg10, report.Intervals) is { } all)
                yield return $"Against {all}.";
            if (Lead(report, figures => figures.Ndcg10FirstTime, report.IntervalsFirstTime) is { } firstTime)
                yield return $"On first-time purchases, against {firstTime}.";
        }

        if (report.Retention is { } retention)
            yield return string.Create(culture, $"The student keeps {retention * 100:0.0} % of the ensemble's NDCG@10.");
        if (report.GapClosed is { } gap)
        {
            string interval = report.GapClosedInterval is { } range
                ? string.Create(culture, $" (95 %: {range.Low * 100:0} % to {range.High * 100:0} %)")
                : "";
            yield return string.Create(
                culture,
                $"Distillation closes {gap * 100:0} % of the gap between a student without teachers and the ensemble{interval}."
            );
        }

        if (report is { Served: { } served, Models.Student: { Ndcg10: > 0 } whole })
        {
            string discovery =
                served.Ndcg10FirstTime is { } firstTime && whole.Ndcg10FirstTime is > 0
                    ? string.Create(culture, $", and {firstTime / whole.Ndcg10FirstTime * 100:0.0} % on first-time purchases")
                    : "";
            yield return string.Create(
                culture,
                $"As served, from candidates, it keeps {served.Ndcg10 / whole.Ndcg10 * 100:0.0} % of its NDCG@10 over the whole "
                    + $"catalogue{discovery}."
            );
        }

        if (report.Speedup is { } speedup && report.SizeRatio is { } size)
            yield return string.Create(culture, $"It is {speedup:0.0} times as fast as the ensemble and {size:0.0} times smaller.");
        if (report.Agreement is { } agreement)
            yield return string.Create(
                culture,
                $"It shares {agreement.Top10Overlap * 100:0} % of the ensemble's top ten; Kendall's tau over the top of both is "
                    + $"{agreement.KendallTau:0.00}."
            );
    }

    /// <summary>"who bought", or what else the figures are about.</summary>
    public static string WhoActed(EvaluationReport report) => report.Target is { } target ? $"with a {target}" : "who bought";

    /// <summary>Source of candidates, for people.</summary>
    public static string SourceName(string source) =>
        source switch
        {
            CandidateSource.Nearest => "Near the shopper's taste",
            CandidateSource.History => "Had before",
            CandidateSource.Cluster => "Popular among similar shoppers",
            CandidateSource.Popular => "Popular with everyone",
            _ => source,
        };

    /// <summary>The lead over the best baseline of a column; null when it was not measured.</summary>
    private static string? Lead(
        EvaluationReport report,
        Func<ModelFigures, double?> column,
        Dictionary<string, DifferenceInterval>? intervals
    )
    {
        string best = report.Baselines.MaxBy(baseline => column(baseline.Value) ?? double.NegativeInfinity).Key;
        return intervals?.GetValueOrDefault(best) is not { } lead
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{FigureRow.NameOf(best)}, the best baseline: {lead.Difference:+0.0000;−0.0000} NDCG@10 (95 % interval "
                    + $"{lead.Low:+0.0000;−0.0000} to {lead.High:+0.0000;−0.0000})"
            );
    }

    /// <summary>
    /// What matters most about the model: where the same network without teachers, or a baseline, is better than it; else that nothing is.
    /// </summary>
    private static IEnumerable<string> Standing(EvaluationReport report)
    {
        if (report.Models.Student is not { } student)
            yield break;
        (string Column, Func<ModelFigures, double?> Of)[] columns =
        [
            ("all purchases", figures => figures.Ndcg10),
            ("first-time purchases", figures => figures.Ndcg10FirstTime),
        ];
        bool isBest = true;
        foreach ((string column, Func<ModelFigures, double?> of) in columns)
        {
            if (of(student) is not { } own)
                continue;
            if (report.Models.Control is { } control && of(control) is { } without && without > own)
            {
                isBest = false;
                yield return $"On {column} the same network without teachers is better: {Four(without)} against {Four(own)} NDCG@10.";
            }

            (string name, double? best) = report
                .Baselines.Select(baseline => (baseline.Key, of(baseline.Value)))
                .DefaultIfEmpty()
                .MaxBy(baseline => baseline.Item2 ?? double.NegativeInfinity);
            if (best >= own)
            {
                isBest = false;
                yield return $"On {column} {FigureRow.NameOf(name)} is as good or better: {Four(best)} against {Four(own)} NDCG@10.";
            }
        }

        if (!isBest || report.Baselines.Count == 0)
            yield break;
        string others = report.Models.Control is null ? "every baseline" : "every baseline and than the same network without teachers";
        string measured = string.Join(" and on ", columns.Where(column => column.Of(student) is not null).Select(column => column.Column));
        yield return $"It is better than {others}, on {measured}.";
    }

    /// <summary>How similar the scores of a shadow are, in a word.</summary>
    public static (string Text, Tone Tone) Drift(double? index) =>
        index switch
        {
            null => (Quantity.None, Tone.Neutral),
            < 0.1 => ($"{Two(index.Value)}, alike", Tone.Good),
            < 0.25 => ($"{Two(index.Value)}, somewhat different", Tone.Warn),
            _ => ($"{Two(index.Value)}, different", Tone.Bad),
        };

    /// <summary>"2.1 % (1.8–2.5 %)".</summary>
    public static string ClickRate(CanaryArm arm) =>
        arm.ClickRate is not { } rate ? Quantity.None
        : arm.ClickRateLow is { } low && arm.ClickRateHigh is { } high
            ? string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.0} % ({low * 100:0.0}–{high * 100:0.0} %)")
        : string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.0} %");

    /// <summary>"10–49 events", "200 events or more".</summary>
    public static string Range(HistoryFigures group) => group.To is { } to ? $"{group.From}–{to} events" : $"{group.From} events or more";

    public static string Two(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Four(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Quantity.None;
}
