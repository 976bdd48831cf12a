using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TileTests
{
    [Fact]
    public void From_QuietServer_ShowsNumbersWithUnitsAndNoAlarm()
    {
        TelemetryFrame frame = new(Sample.Noon, [], Sample.Window(-60, 2400, 60), Sample.Server() with { RulesVersion = 3, Replicas = 2 })
        {
            Slo = new SloState(50, 99.9, [new BurnRate(5, 100, 0, 0), new BurnRate(2880, 10_000, 2, 0.25)]),
            Alerts = [],
        };

        Assert.Equal(
            [
                "Alerts 0",
                "Error budget left 75%",
                "Requests 40.0/s",
                "p50 3.10 ms",
                "p90 6.20 ms",
                "p99 12.5 ms",
                "p99.9 20.0 ms",
                "Errors 0%",
                "Degraded 0%",
                "Hit rate 50%",
                "CPU 23%",
                "Batches –",
                "Memory 393 MB",
                "Model demo-1",
                "Rules v3",
                "Replicas 2",
            ],
            Tile.From(frame).Select(tile => $"{tile.Label} {tile.Value}")
        );
        Assert.All(Tile.From(frame), tile => Assert.Equal(Tone.Neutral, tile.Tone));
    }

    [Fact]
    public void From_Problems_HighlightTheRightTiles()
    {
        TelemetryFrame frame = new(
            Sample.Noon,
            [],
            Sample.Window(-60, 1000, 60, failures: 3, rejected: 2, degraded: 20) with
            {
                Devices = [new DeviceState(0, "H100") { Problem = "GPU is lost" }],
            },
            Sample.Server()
        )
        {
            Slo = new SloState(50, 99.9, [new BurnRate(2880, 10_000, 20, 2)]),
            Alerts = [new FiringAlert("errors", "Requests are failing", AlertSeverity.Critical, Sample.Noon, "", false, false)],
        };

        Assert.Equal(
            [
                ("Alerts", "1", Tone.Bad),
                ("Error budget left", "0", Tone.Bad),
                ("Errors", "0.3", Tone.Bad),
                ("Degraded", "2.0", Tone.Warn),
                ("GPU", "–", Tone.Bad),
            ],
            Tile.From(frame).Where(tile => tile.Tone != Tone.Neutral).Select(tile => (tile.Label, tile.Value.Value, tile.Tone))
        );
    }

    [Fact]
    public void From_Nothing_HasTheSameTilesWithDashes()
    {
        IReadOnlyList<Tile> tiles = Tile.From(null);

        Assert.Equal(16, tiles.Count);
        Assert.All(tiles, tile => Assert.Equal(Quantity.None, tile.Value.Value));
    }
}
