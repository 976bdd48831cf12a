using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Compute;

/// <summary>Turns a frame into the data of the compute page's charts.</summary>
internal static class ComputeCharts
{
    private static readonly ChartColour[] DeviceColours =
    [
        ChartColour.Blue,
        ChartColour.Teal,
        ChartColour.Amber,
        ChartColour.Violet,
        ChartColour.Pink,
        ChartColour.Red,
        ChartColour.Grey,
        ChartColour.Faint,
    ];

    /// <summary>Utilisation: batches on the device by our own clock, and what the driver and the system report.</summary>
    public static ChartData Busy(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Percent,
            frame,
            seconds,
            [
                ("batches running", ChartColour.Blue, BusyPercent),
                ("CPU", ChartColour.Grey, window => window.Process?.CpuPercent),
                .. Devices(frame)
                    .Select(
                        (device, place) =>
                            (
                                Name(device, "busy"),
                                DeviceColours[(place + 1) % DeviceColours.Length],
                                Of(device.Index, state => state.Utilization)
                            )
                    ),
            ]
        );

    public static ChartData BatchSize(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Count,
            frame,
            seconds,
            ("lists per batch", ChartColour.Blue, window => Mean(window.Batches?.Jobs, window.Batches?.Batches)),
            ("with padding", ChartColour.Grey, window => Mean(window.Batches?.PaddedJobs, window.Batches?.Batches))
        );

    public static ChartData BatchTime(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Milliseconds,
            frame,
            seconds,
            ("took", ChartColour.Blue, window => window.Batches is { Batches: > 0 } batches ? batches.ActualMs / batches.Batches : null),
            (
                "expected",
                ChartColour.Amber,
                window => window.Batches is { Batches: > 0 } batches ? batches.PredictedMs / batches.Batches : null
            )
        );

    public static ChartData Waits(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Milliseconds,
            frame,
            seconds,
            ("p50", ChartColour.Teal, window => window.Batches?.Wait?.P50Ms),
            ("p99", ChartColour.Amber, window => window.Batches?.Wait?.P99Ms),
            ("longest", ChartColour.Red, window => window.Batches?.Wait?.MaxMs)
        );

    public static ChartData Queue(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Count,
            frame,
            seconds,
            ("waiting", ChartColour.Blue, window => window.Batches?.MaxWaiting),
            ("computing", ChartColour.Teal, window => window.Batches?.MaxComputing),
            ("computing limit", ChartColour.Grey, window => window.Batches?.ComputingLimit)
        );

    /// <summary>What was not computed for lack of time.</summary>
    public static ChartData Lesser(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            ("fallback lists", ChartColour.Amber, window => OverviewCharts.Rate(window, window.Degraded)),
            (
                "shed by the batcher",
                ChartColour.Red,
                window => window.Batches is { } batches ? OverviewCharts.Rate(window, batches.Shed.Values.Sum()) : null
            )
        );

    public static ChartData Reasons(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            [
                .. new[]
                {
                    ("idle", ChartColour.Teal),
                    ("deviceReady", ChartColour.Blue),
                    ("full", ChartColour.Violet),
                    ("age", ChartColour.Amber),
                    ("deadline", ChartColour.Red),
                    ("spare", ChartColour.Grey),
                }.Select(reason =>
                    (
                        BatchReasonRow.NameOf(reason.Item1),
                        reason.Item2,
                        (Func<TelemetryWindow, double?>)(
                            window =>
                                window.Batches is { } batches
                                    ? OverviewCharts.Rate(window, batches.Reasons.GetValueOrDefault(reason.Item1))
                                    : null
                        )
                    )
                ),
            ]
        );

    public static ChartData Memory(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Bytes,
            frame,
            seconds,
            [
                ("process", ChartColour.Blue, window => window.Process?.WorkingSetBytes),
                ("managed heap", ChartColour.Teal, window => window.Process?.ManagedHeapBytes),
                .. Devices(frame)
                    .Select(
                        (device, place) =>
                            (
                                Name(device, "memory"),
                                DeviceColours[(place + 2) % DeviceColours.Length],
                                Of(device.Index, state => state.MemoryUsedBytes)
                            )
                    ),
            ]
        );

    public static ChartData Power(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.Watts,
            frame,
            seconds,
            [
                .. Devices(frame)
                    .Select(
                        (device, place) =>
                            (device.Name, DeviceColours[place % DeviceColours.Length], Of(device.Index, state => state.PowerWatts))
                    ),
            ]
        );

    public static ChartData Collections(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(ChartUnit.Percent, frame, seconds, ("GC pauses", ChartColour.Red, window => window.Process?.GcPausePercent));

    /// <summary>Share of the time that batches were running, over all lanes; null when there is no data.</summary>
    public static double? BusyPercent(TelemetryWindow? window) =>
        window is { Batches: { } batches, Seconds: > 0 }
            ? Math.Min(100, 100 * batches.ActualMs / (1000.0 * window.Seconds * Math.Max(1, batches.Lanes)))
            : null;

    private static DeviceState[] Devices(TelemetryFrame frame) => frame.Minute?.Devices ?? [];

    private static string Name(DeviceState device, string what) => $"{device.Name} {what}";

    private static Func<TelemetryWindow, double?> Of(int index, Func<DeviceState, double?> figure) =>
        window =>
            window.Devices is { } devices && Array.Find(devices, device => device.Index == index) is { } device ? figure(device) : null;

    private static double? Mean(long? sum, long? count) => sum is null || count is null or 0 ? null : (double)sum.Value / count.Value;
}
