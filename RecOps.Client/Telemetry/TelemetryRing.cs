using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The most recent one-second windows, addressed by the second they describe, so that duplicates count once, late arrivals
/// find their place and missing seconds stay visible as gaps.
/// </summary>
internal sealed class TelemetryRing(int seconds)
{
    private readonly TelemetryWindow?[] _windows = new TelemetryWindow?[seconds];

    public int Capacity => _windows.Length;

    /// <summary>Unix second of the newest window; null while empty.</summary>
    public long? Newest { get; private set; }

    /// <summary>Adds a window; one too old for the ring is dropped.</summary>
    public void Add(TelemetryWindow window)
    {
        long second = window.Start.ToUnixTimeSeconds();
        if (Newest is { } newest)
        {
            if (second <= newest - Capacity)
                return;

            // Skipped seconds must not show what was in their slots one turn earlier.
            for (long skipped = Math.Max(newest + 1, second - Capacity + 1); skipped < second; skipped++)
                _windows[Slot(skipped)] = null;
        }

        _windows[Slot(second)] = window;
        Newest = Math.Max(Newest ?? second, second);
    }

    /// <summary>Whether the window that begins at a Unix second is here.</summary>
    public bool Has(long second) => _windows[Slot(second)]?.Start.ToUnixTimeSeconds() == second;

    /// <summary>The last <paramref name="count"/> seconds up to the newest, oldest first; null where there is no data.</summary>
    public TelemetryWindow?[] Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        TelemetryWindow?[] last = new TelemetryWindow?[count];
        if (Newest is not { } newest)
            return last;

        for (int i = 0; i < count; i++)
        {
            long second = newest - count + 1 + i;
            last[i] = Has(second) ? _windows[Slot(second)] : null;
        }

        return last;
    }

    private int Slot(long second) => (int)(((second % Capacity) + Capacity) % Capacity);
}
