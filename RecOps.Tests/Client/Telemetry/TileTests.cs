using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TileTests
{
    [Fact]
    public void From_QuietServer_ShowsNumbersWithUnitsAndNoAlarm()
    {
        TelemetryFrame frame = new(Sample.Noon, [], Sample.Window(-60, 2400, 60), Sample.Server());

        Assert.Equal(
            ["Requests 40.0/s", "p50 3.10 ms", "p90 6.20 ms", "p99 12.5 ms", "Errors 0", "Rejected 0",
                "Degraded 0%", "Hit rate 50%", "CPU 23%", "Memory 393 MB"],
            Tile.From(frame).Select(tile => $"{tile.Label} {tile.Value}"));
        Assert.All(Tile.From(frame), tile => Assert.Equal(Tone.Neutral, tile.Tone));
    }

    [Fact]
    public void From_Trouble_RaisesTheRightTiles()
    {
        TelemetryFrame frame = new(
            Sample.Noon, [], Sample.Window(-60, 1000, 60, failures: 3, rejected: 2, degraded: 20), Sample.Server());

        Assert.Equal(
            [("Errors", "3", Tone.Bad), ("Rejected", "2", Tone.Warn), ("Degraded", "2.0", Tone.Warn)],
            Tile.From(frame).Where(tile => tile.Tone != Tone.Neutral).Select(tile => (tile.Label, tile.Value.Value, tile.Tone)));
    }

    [Fact]
    public void From_Nothing_HasTheSameTilesWithDashes()
    {
        IReadOnlyList<Tile> tiles = Tile.From(null);

        Assert.Equal(10, tiles.Count);
        Assert.All(tiles, tile => Assert.Equal(Quantity.None, tile.Value.Value));
    }
}
