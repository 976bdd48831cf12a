using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Rules.Preview;

/// <summary>
/// A sample of recent requests with the model's rankings for them: a few per second, whatever the load, so that it spans many minutes at
/// negligible cost.
/// </summary>
internal sealed class RecentTraffic(TimeProvider time) : IAnswerObserver
{
    private const int Kept = 1200;
    private const long TicksBetween = TimeSpan.TicksPerSecond / 2;
    private readonly SampledRequest?[] _ring = new SampledRequest?[Kept];
    private long _next;
    private long _due;

    /// <summary>Samples a request when one is due.</summary>
    public void Answered(in RequestContext context, in AnsweredList list)
    {
        long due = Volatile.Read(ref _due);
        long now = context.Now.UtcTicks;
        if (now < due || Interlocked.CompareExchange(ref _due, now + TicksBetween, due) != due)
            return;
        var sample = new SampledRequest(
            context.Model.Generation,
            context.Request,
            list.Ranked.Ordinals.ToArray(),
            list.Ranked.Scores.ToArray(),
            list.Cluster,
            context.History,
            context.Now
        );
        Volatile.Write(ref _ring[(Interlocked.Increment(ref _next) - 1) % Kept], sample);
    }

    /// <summary>The sampled requests of a model, oldest first.</summary>
    public SampledRequest[] Of(ServingModel model)
    {
        DateTimeOffset oldest = time.GetUtcNow().AddHours(-1);
        return
        [
            .. _ring
                .Where(sample => sample is not null && sample.Model == model.Generation && sample.At >= oldest)
                .OrderBy(sample => sample!.At)
                .Select(sample => sample!),
        ];
    }
}

/// <param name="Model">Its generation: the model itself may be closed long before the sample is replaced.</param>
/// <param name="Ordinals">As the model ranked them; empty when it ranked nothing.</param>
/// <param name="Scores">One for each ordinal.</param>
internal sealed record SampledRequest(
    ulong Model,
    RecommendationRequest Request,
    int[] Ordinals,
    Half[] Scores,
    int Cluster,
    FreshHistory History,
    DateTimeOffset At
);
