namespace RecOps.Client.Models;

/// <summary>Quality against cost as points in a picture: time runs right on a logarithmic scale, quality runs up.</summary>
/// <param name="Dots">Models.</param>
/// <param name="Lines">Baselines, which cost next to nothing: only their height counts.</param>
/// <param name="Ticks">Times labelled on the axis.</param>
/// <param name="Grid">Qualities labelled on the axis.</param>
public sealed record QualityChart(QualityChart.Dot[] Dots, QualityChart.Line[] Lines, QualityChart.Tick[] Ticks, QualityChart.Tick[] Grid)
{
    public const double Width = 640;
    public const double Height = 300;
    public const double Left = 52;
    public const double Right = 20;
    public const double Top = 14;
    public const double Bottom = 34;

    public static QualityChart Of(IReadOnlyList<FigureRow> rows)
    {
        FigureRow[] models = [.. rows.Where(row => row.Figures.BatchMs is > 0)];
        FigureRow[] baselines = [.. rows.Where(row => row.Kind == FigureKind.Baseline)];
        if (models.Length == 0)
            return new QualityChart([], [], [], []);

        double low = Math.Log10(models.Min(row => row.Figures.BatchMs!.Value)) - 0.15;
        double high = Math.Log10(models.Max(row => row.Figures.BatchMs!.Value)) + 0.3;
        double best = rows.Max(row => row.Figures.Ndcg10);
        double worst = Math.Min(
            models.Min(row => row.Figures.Ndcg10),
            baselines.Length == 0 ? best : baselines.Max(row => row.Figures.Ndcg10)
        );
        double margin = Math.Max((best - worst) * 0.15, 0.002);
        (double floor, double ceiling) = (worst - margin, best + margin);
        double X(double ms) => Left + ((Math.Log10(ms) - low) / (high - low) * (Width - Left - Right));
        double Y(double quality) => Top + ((ceiling - quality) / (ceiling - floor) * (Height - Top - Bottom));

        double step = Step(ceiling - floor);
        var grid = new List<Tick>();
        for (double value = Math.Ceiling(floor / step) * step; value <= ceiling; value += step)
            grid.Add(new Tick(Y(value), value));
        double[] times = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
        return new QualityChart(
            [.. models.Select(row => new Dot(X(row.Figures.BatchMs!.Value), Y(row.Figures.Ndcg10), row))],
            [.. baselines.Where(row => row.Figures.Ndcg10 >= floor).Select(row => new Line(Y(row.Figures.Ndcg10), row))],
            [.. times.Where(time => Math.Log10(time) >= low && Math.Log10(time) <= high).Select(time => new Tick(X(time), time))],
            [.. grid]
        );
    }

    /// <summary>1, 2 or 5 times a power of ten, so that three to six lines fit.</summary>
    private static double Step(double range)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / 3)));
        double factor =
            range / (5 * power) >= 3 ? 5
            : range / (2 * power) >= 3 ? 2
            : 1;
        return factor * power;
    }

    public sealed record Dot(double X, double Y, FigureRow Row);

    public sealed record Line(double Y, FigureRow Row);

    public sealed record Tick(double At, double Value);
}
