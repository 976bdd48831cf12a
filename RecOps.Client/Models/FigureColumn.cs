using System.Globalization;
using RecOps.Client.Shell;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Client.Models;

/// <summary>A column of a bundle's figures.</summary>
/// <param name="About">What it means, as a tooltip.</param>
public sealed record FigureColumn(
    string Name,
    string About,
    Func<ModelFigures, double?> Value,
    bool LowerIsBetter,
    Func<double, string> Show
)
{
    public static readonly FigureColumn[] All =
    [
        new("NDCG@10", "How well the top ten are ordered, over all purchases after the cut", figures => figures.Ndcg10, false, Four),
        new("first-time", "NDCG@10 over purchases of items new to the shopper", figures => figures.Ndcg10FirstTime, false, Four),
        new("Recall@20", "Share of the purchases in the top twenty", figures => figures.Recall20, false, Four),
        new("AUC", "How likely a purchased item is to rank above one that was not", figures => figures.Auc, false, Four),
        new("log loss", "How far off its probabilities are, after calibration; lower is better", figures => figures.LogLoss, true, Four),
        new("size", "Size of the ONNX file", figures => figures.Bytes, true, bytes => Quantity.Bytes((long)bytes).ToString()),
        new(
            "a batch",
            "Median time for a batch of 32 shoppers with 200 candidates each, on one thread",
            figures => figures.BatchMs,
            true,
            ms => Quantity.Milliseconds(ms).ToString()
        ),
    ];

    /// <summary>The best of the models that a bundle trained. Baselines do not compete on size and time, which they lack.</summary>
    public double? BestOf(IEnumerable<FigureRow> rows)
    {
        IEnumerable<double?> values = rows.Where(row => row.Kind != FigureKind.Served).Select(row => Value(row.Figures));
        return LowerIsBetter ? values.Min() : values.Max();
    }

    /// <summary>The value, and how much it varies over seeds.</summary>
    public string Text(FigureRow row) =>
        Value(row.Figures) is not { } value ? Quantity.None
        : row.Deviation is { } deviations && Name.StartsWith("NDCG", StringComparison.Ordinal) && Value(deviations) is { } deviation
            ? $"{Show(value)} ± {Show(deviation)}"
        : Show(value);

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
