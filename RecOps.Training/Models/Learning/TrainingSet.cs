using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Training.Import;

namespace RecOps.Training.Models.Learning;

/// <summary>A shop's events up to the cut, prepared for training: histories, item trends and lessons.</summary>
internal sealed class TrainingSet : IDisposable
{
    private const long HorizonSeconds = 14 * 86400;

    private TrainingSet(
        ShopData data,
        TimeSplit split,
        InteractionTable events,
        ShopperHistories histories,
        ItemTrends trends,
        LessonReader reader
    )
    {
        Data = data;
        Split = split;
        Events = events;
        Histories = histories;
        Trends = trends;
        Reader = reader;
        EventsByItem = new int[data.Catalog.Count];
        foreach (int item in events.Items)
            EventsByItem[item]++;
    }

    public static FeatureSpec Features { get; } =
        new()
        {
            Context = ["hourSin", "hourCos", "weekdaySin", "weekdayCos"],
            FoldDecay = 0.97f,
            EventWeights = new()
            {
                [ShopEventType.View] = 0.3f,
                [ShopEventType.Click] = 0.4f,
                [ShopEventType.Cart] = 0.7f,
                [ShopEventType.Purchase] = 1f,
            },
        };

    public ShopData Data { get; }

    public TimeSplit Split { get; }

    /// <summary>Events up to the cut.</summary>
    public InteractionTable Events { get; }

    public ShopperHistories Histories { get; }

    public ItemTrends Trends { get; }

    public LessonReader Reader { get; }

    /// <summary>Number of events by item.</summary>
    public int[] EventsByItem { get; }

    /// <param name="history">History entries that models see.</param>
    /// <exception cref="TrainingException">Nothing can be learned from the data.</exception>
    public static TrainingSet Build(ShopData data, TimeSplit split, int history)
    {
        InteractionTable events = data.Interactions.Take(split.TrainRows);
        if (events.Count == 0)
            throw new TrainingException("No events are left for training. Lower --holdout.");
        ShopperHistories histories = ShopperHistories.Build(events, data.Users.Count, Features.MergeWithinMinutes);
        ItemTrends trends = ItemTrends.Build(events, data.Users.Count, data.Catalog.Count, Features);
        TrainingSamples samples = TrainingSamples.Build(histories, trends, HorizonSeconds);
        if (samples.All.Length == 0)
        {
            throw new TrainingException(
                $"No user has a {EventNames.Of(events.Target)} after the first days of the data, so there is nothing to learn from. "
                    + $"Training needs them over at least two weeks. For a shop that records other events, pass --target cart, click or "
                    + $"view."
            );
        }

        return new TrainingSet(data, split, events, histories, trends, new LessonReader(Features, history, histories, trends, samples));
    }

    public CandidateSampler Sampler(LearningRecipe recipe) => new(Histories, EventsByItem, recipe.Candidates, recipe.NegativePower);

    public void Dispose() => Reader.Dispose();
}
