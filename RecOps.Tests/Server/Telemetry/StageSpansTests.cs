using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Telemetry;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

public sealed class StageSpansTests
{
    [Fact]
    public async Task Recommend_SomeoneCollectsSpans_StagesStandBelowTheRequest()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is StageSpans.SourceName or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: services => services.AddSingleton(TimeProvider.System));

        RecommendationResponse answer = await application.RecommendAsync("u3");

        Activity request = null!;
        await Waiting.UntilAsync(() => (request = ended.FirstOrDefault(Wanted)!) is not null);

        // Other servers of this process answer at the same time.
        bool Wanted(Activity span) => span.Kind == ActivityKind.Server
            && Equals(span.GetTagItem("recops.model"), answer.ModelVersion) && Equals(span.GetTagItem("recops.source"), RecommendationSource.Computed);
        Activity[] stages = [.. ended.Where(span => span.ParentSpanId == request.SpanId).OrderBy(span => span.StartTimeUtc)];
        Assert.Contains(stages, span => span.DisplayName == Stage.Ranking && span.Duration > TimeSpan.Zero);
        Assert.All(stages, span => Assert.Contains(span.DisplayName, Stage.All));
        Assert.All(stages, span => Assert.InRange(span.StartTimeUtc, request.StartTimeUtc.AddMilliseconds(-5), request.StartTimeUtc + request.Duration + TimeSpan.FromMilliseconds(5)));
    }
}
