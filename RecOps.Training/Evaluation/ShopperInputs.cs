using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Models;

namespace RecOps.Training.Evaluation;

/// <summary>
/// The ranker's inputs for each test user as of the cut, built from the training events in the same way as serving builds them: a folded
/// user vector, the newest items, and the context of the home page.
/// </summary>
internal sealed class ShopperInputs
{
    public const string Placement = "home";

    private readonly int[] _rows;
    private readonly float[] _vectors;
    private readonly long[] _histories;
    private readonly long[] _types;
    private readonly float[] _ages;

    private ShopperInputs(
        int[] rows,
        float[] vectors,
        long[] histories,
        long[] types,
        float[] ages,
        float[] context,
        int dimension,
        int historyLength
    )
    {
        (_types, _ages) = (types, ages);
        _rows = rows;
        _vectors = vectors;
        _histories = histories;
        Context = context;
        Dimension = dimension;
        HistoryLength = historyLength;
    }

    public int Dimension { get; }

    public int HistoryLength { get; }

    /// <summary>The same for everyone.</summary>
    public float[] Context { get; }

    /// <param name="split">With a cut.</param>
    /// <param name="users">Ordinals of the users in the data for whom to build inputs.</param>
    public static ShopperInputs Create(ShopData data, TimeSplit split, int[] users, Bundle bundle, BundleItems items)
    {
        FeatureSpec features = bundle.Manifest.Features;
        (int dimension, int length) = (bundle.Manifest.Dimension, bundle.Manifest.Counts.History);
        ShopperHistories histories = ShopperHistories.Build(
            data.Interactions.Take(split.TrainRows),
            data.Users.Count,
            features.MergeWithinMinutes
        );
        float[] weights =
        [
            .. Enum.GetValues<InteractionType>().Select(type => features.EventWeights.GetValueOrDefault(EventNames.Of(type))),
        ];
        int[] rows = new int[data.Users.Count];
        Array.Fill(rows, -1);
        var vectors = new float[users.Length * dimension];
        var newest = new long[users.Length * length];
        Array.Fill(newest, -1);
        var (types, ages) = (new long[newest.Length], new float[newest.Length]);
        long cut = split.Cut!.Value;
        for (int row = 0; row < users.Length; row++)
        {
            int user = users[row];
            rows[user] = row;
            Span<float> vector = vectors.AsSpan(row * dimension, dimension);
            for (int entry = histories.Start(user); entry < histories.End(user); entry++)
            {
                int item = items.ToBundle(histories.Items[entry]);
                float weight = weights[(int)histories.Types[entry]];
                if (item >= 0 && weight != 0)
                    UserVector.Fold(vector, bundle.ItemEmbeddings[item], features.FoldDecay, weight);
            }

            Span<long> history = newest.AsSpan(row * length, length);
            int count = 0;
            for (int entry = histories.End(user) - 1; entry >= histories.Start(user) && count < length; entry--)
            {
                int item = items.ToBundle(histories.Items[entry]);
                if (item < 0)
                    continue;
                types[(row * length) + count] = (long)histories.Types[entry];
                ages[(row * length) + count] = ShopperHistories.DaysBetween(histories.Times[entry], cut);
                history[count++] = item;
            }
        }

        var columns = new ContextFeatures(features.Context);
        var context = new float[columns.Count];
        columns.Fill(DateTimeOffset.FromUnixTimeSeconds(cut), Placement, context);
        return new ShopperInputs(rows, vectors, newest, types, ages, context, dimension, length);
    }

    /// <summary>[d].</summary>
    /// <param name="user">Ordinal of the data, one of those passed in.</param>
    public ReadOnlySpan<float> VectorOf(int user) => _vectors.AsSpan(_rows[user] * Dimension, Dimension);

    /// <summary>[h] ordinals of the bundle, newest first, padded with -1.</summary>
    /// <param name="user">Ordinal of the data, one of those passed in.</param>
    public ReadOnlySpan<long> HistoryOf(int user) => _histories.AsSpan(_rows[user] * HistoryLength, HistoryLength);

    /// <summary>[h] event types of the history, 0 for pads.</summary>
    /// <inheritdoc cref="HistoryOf"/>
    public ReadOnlySpan<long> TypesOf(int user) => _types.AsSpan(_rows[user] * HistoryLength, HistoryLength);

    /// <summary>[h] days from each history entry to the cut, 0 for pads.</summary>
    /// <inheritdoc cref="HistoryOf"/>
    public ReadOnlySpan<float> AgesOf(int user) => _ages.AsSpan(_rows[user] * HistoryLength, HistoryLength);
}
