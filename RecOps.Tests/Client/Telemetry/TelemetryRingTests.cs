using FsCheck.Xunit;
using RecOps.Client.Telemetry;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TelemetryRingTests
{
    private const int Capacity = 8;

    [Property]
    public bool Last_AnyArrivals_IsWhatADictionaryWouldHold(int[] seconds)
    {
        TelemetryRing ring = new(Capacity);
        Dictionary<long, TelemetryWindow> reference = [];
        long? newest = null;
        foreach (int each in seconds)
        {
            // A short range, so that arrivals repeat, come late and jump beyond the ring.
            TelemetryWindow window = Sample.Window(each % 40, requests: Math.Abs((long)each));
            long second = window.Start.ToUnixTimeSeconds();
            ring.Add(window);
            if (newest is null || second > newest - Capacity)
                reference[second] = window;
            newest = Math.Max(newest ?? second, second);
        }

        return ring.Newest == newest
            && ring.Last(Capacity)
                .SequenceEqual(
                    Enumerable
                        .Range(0, Capacity)
                        .Select(i => newest is null ? null : reference.GetValueOrDefault(newest.Value - Capacity + 1 + i))
                );
    }

    [Fact]
    public void Last_GapBetweenWindows_IsNull()
    {
        TelemetryRing ring = new(Capacity);
        ring.Add(Sample.Window(1));
        ring.Add(Sample.Window(4));

        Assert.Equal([true, false, false, true], ring.Last(4).Select(window => window is not null));
    }

    [Fact]
    public void Last_MoreThanRemembered_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TelemetryRing(Capacity).Last(Capacity + 1));
}
