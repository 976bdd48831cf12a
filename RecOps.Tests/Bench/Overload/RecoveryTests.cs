using RecOps.Bench.Load;
using RecOps.Bench.Overload;
using Xunit;

namespace RecOps.Tests.Bench.Overload;

public sealed class RecoveryTests
{
    [Fact]
    public void Of_TroubleThatEnds_LastsFromTheLoadDropToItsEnd()
    {
        // 25 requests in each tenth of a second. Requests in the first 0.4 s after the drop are late; computed lists are back after 0.7 s.
        SlotResult[] slots =
        [
            .. Enumerable.Range(0, 100).Select(i => Slot(i, missed: i is >= 50 and < 54 ? 9 : 0, degraded: i is >= 50 and < 57 ? 20 : 0)),
        ];

        Recovery recovery = Recovery.Of(slots, phase: 1);

        Assert.Equal(0.4, recovery.Slo, 6);
        Assert.Equal(0.7, recovery.Computed, 6);
    }

    [Fact]
    public void Of_OneLateRequestAmongHundreds_NotTrouble()
    {
        SlotResult[] slots = [.. Enumerable.Range(0, 100).Select(i => Slot(i, missed: i == 80 ? 2 : 0, degraded: 0))];

        Assert.Equal(new Recovery(0, 0), Recovery.Of(slots, phase: 1));
    }

    [Fact]
    public void Of_TroubleToTheEnd_NeverRecovers()
    {
        SlotResult[] slots = [.. Enumerable.Range(0, 100).Select(i => Slot(i, missed: 5, degraded: 0))];

        Assert.Equal(double.PositiveInfinity, Recovery.Of(slots, phase: 1).Slo);
    }

    private static SlotResult Slot(int number, int missed, int degraded) =>
        new(number * LoadSummary.SlotSeconds, Phase: number < 50 ? 0 : 1, Sent: 25, Lists: 25, degraded, Unavailable: 0, missed, P99Ms: 0);
}
