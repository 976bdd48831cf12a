using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Models;

/// <summary>
/// Trends of all items at regular snapshots, each computed only from earlier events. A training sample sees the snapshot before it, so
/// that the ranker learns what trends are worth without seeing the future. For each snapshot:
/// 1. Decay the weighted event counts on each time scale, and add the events since the previous snapshot.
/// 2. Columns 1 to 5: half the log of an item's count relative to the mean count, one per time scale.
/// 3. Column 6: repeat purchases relative to buyers, smoothed.
/// 4. Column 7: how new the item is, exp(−days since its first event / 30).
/// </summary>
internal sealed class ItemTrends
{
    /// <summary>Columns of a row.</summary>
    public const int Columns = 7;

    private const int MaxMoments = 104;
    private const long MinStepSeconds = 84 * 3600;
    private const long MaxValues = 64_000_000;

    // Days until an event's weight falls to 1/e; the last scale never forgets.
    private static readonly double[] Scales = [7, 14, 30, 90, double.PositiveInfinity];

    private ItemTrends(long end, long step, int moments, int items, float[] values, float[] popularity)
    {
        End = end;
        Step = step;
        Moments = moments;
        Items = items;
        Values = values;
        Popularity = popularity;
    }

    /// <summary>Time of the last snapshot, Unix seconds.</summary>
    public long End { get; }

    /// <summary>Seconds between snapshots.</summary>
    public long Step { get; }

    public int Moments { get; }

    public int Items { get; }

    /// <summary>[snapshots, items, <see cref="Columns"/>], row-major.</summary>
    public float[] Values { get; }

    /// <summary>[items]: weighted events, decayed over 30 days before the end, plus a small share of all events.</summary>
    public float[] Popularity { get; }

    /// <summary>The newest snapshot that is not after a time, or -1.</summary>
    public int MomentBefore(long time) => time >= End ? Moments - 1 : Moments - 1 - (int)((End - time + Step - 1) / Step);

    /// <summary>Rows of one snapshot, [items, <see cref="Columns"/>].</summary>
    public ReadOnlySpan<float> At(int moment) => Values.AsSpan(moment * Items * Columns, Items * Columns);

    public static ItemTrends Build(InteractionTable interactions, int userCount, int itemCount, FeatureSpec features)
    {
        long first = interactions.Times[0];
        long end = interactions.Times[^1];
        int affordable = (int)Math.Clamp(MaxValues / ((long)itemCount * Columns), 2, MaxMoments);
        long step = Math.Max(MinStepSeconds, ((end - first) / affordable) + 1);
        int moments = (int)((end - first) / step) + 1;
        var state = new State(userCount, itemCount, features);
        var values = new float[(long)moments * itemCount * Columns];
        int row = 0;
        for (int moment = 0; moment < moments; moment++)
        {
            long time = end - ((moments - 1 - moment) * step);
            state.MoveTo(time);
            for (; row < interactions.Count && interactions.Times[row] <= time; row++)
                state.Add(
                    interactions.Users[row],
                    interactions.Items[row],
                    interactions.Types[row],
                    interactions.Times[row],
                    interactions.IsTarget(row)
                );
            state.Write(values.AsSpan(moment * itemCount * Columns, itemCount * Columns));
        }

        return new ItemTrends(end, step, moments, itemCount, values, state.Popularity());
    }

    private sealed class State(int userCount, int itemCount, FeatureSpec features)
    {
        private const double Day = 86400;
        private readonly double[][] _counts = [.. Scales.Select(_ => new double[itemCount])];
        private readonly int[] _buyers = new int[itemCount];
        private readonly int[] _repeats = new int[itemCount];
        private readonly long[] _firstSeen = [.. Enumerable.Repeat(long.MaxValue, itemCount)];
        private readonly HashSet<long> _bought = new(Math.Min(userCount * 16, 1 << 22));
        private readonly float[] _weights =
        [
            .. Enum.GetValues<InteractionType>().Select(type => features.EventWeights[EventNames.Of(type)]),
        ];

        private long _time = long.MinValue;

        public void MoveTo(long time)
        {
            if (_time != long.MinValue)
            {
                for (int scale = 0; scale < Scales.Length; scale++)
                {
                    double kept = Math.Exp(-(time - _time) / Day / Scales[scale]);
                    foreach (ref double count in _counts[scale].AsSpan())
                        count *= kept;
                }
            }

            _time = time;
        }

        public void Add(int user, int item, InteractionType type, long time, bool isTarget)
        {
            for (int scale = 0; scale < Scales.Length; scale++)
                _counts[scale][item] += _weights[(int)type] * Math.Exp(-(_time - time) / Day / Scales[scale]);
            _firstSeen[item] = Math.Min(_firstSeen[item], time);
            if (!isTarget)
                return;
            if (_bought.Add(((long)user * itemCount) + item))
                _buyers[item]++;
            else
                _repeats[item]++;
        }

        public void Write(Span<float> rows)
        {
            for (int scale = 0; scale < Scales.Length; scale++)
            {
                double mean = (_counts[scale].Sum() / itemCount) + 1e-9;
                for (int item = 0; item < itemCount; item++)
                    rows[(item * Columns) + scale] = (float)(0.5 * Math.Log((_counts[scale][item] + (0.02 * mean)) / mean));
            }

            for (int item = 0; item < itemCount; item++)
            {
                rows[(item * Columns) + 5] = (_repeats[item] + 1f) / (_buyers[item] + 5f);
                rows[(item * Columns) + 6] =
                    _firstSeen[item] == long.MaxValue ? 0 : (float)Math.Exp(-(_time - _firstSeen[item]) / Day / 30);
            }
        }

        public float[] Popularity()
        {
            var popularity = new float[itemCount];
            for (int item = 0; item < itemCount; item++)
                popularity[item] = (float)(_counts[2][item] + (0.01 * _counts[4][item]));
            return popularity;
        }
    }
}
