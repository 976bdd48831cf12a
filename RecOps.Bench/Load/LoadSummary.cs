using System.Globalization;
using System.Runtime.InteropServices;

namespace RecOps.Bench.Load;

/// <summary>Summarises a run's requests. Percentiles are exact: every latency is kept and sorted.</summary>
internal static class LoadSummary
{
    public const double SlotSeconds = 0.1;
    private const int SamplesForP999 = 1000;

    public static LoadResult Of(IEnumerable<Sample> samples, IReadOnlyList<LoadPhase> phases, double sloMs, bool closed)
    {
        var byPhase = new List<Sample>[phases.Count];
        for (int i = 0; i < byPhase.Length; i++)
            byPhase[i] = [];
        var slots = new SortedDictionary<int, List<Sample>>();
        foreach (Sample sample in samples)
        {
            byPhase[sample.Phase].Add(sample);
            int slot = (int)(sample.Due / SlotSeconds);
            if (!slots.TryGetValue(slot, out List<Sample>? within))
                slots[slot] = within = [];
            within.Add(sample);
        }

        return new LoadResult(
            [.. byPhase.Select((own, i) => Phase(own, closed ? phases[i] with { Rate = 0 } : phases[i], sloMs))],
            [.. slots.Select(slot => Slot(slot.Key, slot.Value, sloMs))]
        );
    }

    /// <summary>Nearest rank: the smallest value such that at least this share of all values is not above it.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">0 to 1.</param>
    public static double Percentile(ReadOnlySpan<float> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    private static PhaseResult Phase(List<Sample> samples, LoadPhase phase, double sloMs)
    {
        var statuses = new Dictionary<string, long>(StringComparer.Ordinal);
        var sources = new Dictionary<string, long>(StringComparer.Ordinal);
        long degraded = 0;
        long goodComputed = 0;
        long goodDegraded = 0;
        foreach (Sample sample in samples)
        {
            Count(statuses, NameOf(sample.Status));
            if (sample.Status != 200)
                continue;
            Count(sources, ListSource.NameOf(sample.Source));
            if (sample.Degraded)
                degraded++;
            if (sample.LatencyMs > sloMs)
                continue;
            if (sample.Degraded)
                goodDegraded++;
            else
                goodComputed++;
        }

        float[] latencies = Sorted(samples);
        return new PhaseResult(
            phase.Rate,
            phase.Seconds,
            samples.Count,
            statuses,
            sources,
            degraded,
            goodComputed,
            goodDegraded,
            latencies.Length == 0 ? null : latencies.Average(),
            At(0.5),
            At(0.9),
            At(0.99),
            latencies.Length < SamplesForP999 ? null : At(0.999),
            At(1)
        );

        double? At(double share) => latencies.Length == 0 ? null : Percentile(latencies, share);
    }

    private static SlotResult Slot(int number, List<Sample> samples, double sloMs) =>
        new(
            number * SlotSeconds,
            samples[0].Phase,
            samples.Count,
            samples.Count(sample => sample.Status == 200),
            samples.Count(sample => sample is { Status: 200, Degraded: true }),
            samples.Count(sample => sample.Status == 503),
            samples.Count(sample => sample.Status != 200 || sample.LatencyMs > sloMs),
            Percentile(Sorted(samples), 0.99)
        );

    /// <summary>All latencies, answered or not: leaving out unanswered requests would flatter the server.</summary>
    private static float[] Sorted(List<Sample> samples)
    {
        float[] latencies = new float[samples.Count];
        ReadOnlySpan<Sample> all = CollectionsMarshal.AsSpan(samples);
        for (int i = 0; i < latencies.Length; i++)
            latencies[i] = all[i].LatencyMs;
        Array.Sort(latencies);
        return latencies;
    }

    private static string NameOf(short status) =>
        status switch
        {
            Sample.Broken => "broken",
            Sample.Unanswered => "unanswered",
            _ => status.ToString(CultureInfo.InvariantCulture),
        };

    private static void Count(Dictionary<string, long> counts, string key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
}
