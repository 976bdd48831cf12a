using System.Diagnostics;
using System.Globalization;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;
using RecOps.Server.Telemetry.History;
using RecOps.Shared;

namespace RecOps.Bench.Telemetry;

/// <summary>Calls for an hour in windows of one second, one at a time and four at once, as one console and four consoles do.</summary>
internal sealed class HistoryCalls(RunningServer server)
{
    public const int AtOnce = 4;
    public static readonly string[] Columns =
    [
        "server",
        "alone, median ms",
        "max",
        $"{AtOnce} at once, median ms each",
        "max",
        "CPU ms per call",
        "MB",
    ];
    private readonly List<double> _alone = [];
    private readonly List<double> _together = [];
    private TimeSpan _cpu;
    private long _calls;
    private int _length;

    /// <param name="counts">False for warm-up rounds.</param>
    public async Task RoundAsync(bool counts, CancellationToken cancellation)
    {
        TimeSpan before = server.Process.Usage.Cpu;
        double alone = await CallAsync(cancellation);
        double[] together = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => CallAsync(cancellation)));
        if (!counts)
            return;
        _cpu += server.Process.Usage.Cpu - before;
        _calls += 1 + AtOnce;
        _alone.Add(alone);
        _together.AddRange(together);
    }

    public string[] Row(string name) =>
        [
            name,
            Figure.Ms(Median(_alone)),
            Figure.Ms(_alone.Max()),
            Figure.Ms(Median(_together)),
            Figure.Ms(_together.Max()),
            Figure.Ms(_cpu.TotalMilliseconds / _calls),
            (_length / 1e6).ToString("0.00", CultureInfo.InvariantCulture),
        ];

    private async Task<double> CallAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        DateTimeOffset from = now.AddSeconds(-Timeline.KeptSeconds);
        string path = string.Create(
            CultureInfo.InvariantCulture,
            $"{Routes.TelemetryHistory}?from={from:yyyy-MM-ddTHH:mm:ssZ}&to={now:yyyy-MM-ddTHH:mm:ssZ}&step=1"
        );
        long began = Stopwatch.GetTimestamp();
        _length = (await server.Process.GetAsync(path, cancellation)).Length;
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
