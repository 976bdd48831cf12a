using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Shared;
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
        await using RecOpsApplication application = await RecOpsApplication.StartRunningAsync();

        // Other servers in this process answer at the same time: the trace id identifies this request.
        using var trace = new Activity("storefront");
        trace.Start();
        using var asked = new HttpRequestMessage(HttpMethod.Post, Routes.Recommendations)
        {
            Content = JsonContent.Create(new RecommendationRequest { UserId = "u3" }),
            Headers = { { "traceparent", $"00-{trace.TraceId}-{trace.SpanId}-01" } },
        };
        using HttpResponseMessage answer = await application.CreateClient().SendAsync(asked, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Activity request = null!;
        await Waiting.UntilAsync(() => (request = ended.FirstOrDefault(Wanted)!) is not null);

        bool Wanted(Activity span) => span.Kind == ActivityKind.Server && span.TraceId == trace.TraceId;
        Assert.Equal(RecommendationSource.Computed, request.GetTagItem("recops.source"));
        Assert.Equal(TestBundle.ModelVersion, request.GetTagItem("recops.model"));
        Activity[] stages = [.. ended.Where(span => span.ParentSpanId == request.SpanId).OrderBy(span => span.StartTimeUtc)];
        Assert.Contains(stages, span => span.DisplayName == Stage.Ranking && span.Duration > TimeSpan.Zero);
        Assert.All(stages, span => Assert.Contains(span.DisplayName, Stage.All));
        Assert.All(
            stages,
            span =>
                Assert.InRange(
                    span.StartTimeUtc,
                    request.StartTimeUtc.AddMilliseconds(-5),
                    request.StartTimeUtc + request.Duration + TimeSpan.FromMilliseconds(5)
                )
        );
    }
}
