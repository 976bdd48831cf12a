using RecOps.Server.Telemetry.SlowRequests;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

public sealed class SlowRequestTests
{
    [Fact]
    public async Task Slow_ARequest_IsThereWithItsPartsAndBatch()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartRunningAsync();
        RecommendationResponse answer = await application.RecommendAsync("u1");

        SlowRequest slow = Assert.Single((await application.CreateClient().GetAsync<SlowRequestList>(Routes.SlowRequests)).Requests);

        Assert.Equal(
            (answer.RequestId, "u1", "home", RecommendationSource.Computed, answer.ModelVersion),
            (slow.RequestId, slow.UserId, slow.Placement, slow.Source, slow.Model)
        );
        Assert.Equal(1, slow.Batch!.Size);
        Assert.Contains(slow.Parts, part => part.Stage == Stage.Ranking && part.Ms > 0);
        double end = 0;
        foreach (RequestPart part in slow.Parts)
        {
            Assert.True(part.StartMs >= end - 1e-6, $"{part} begins before what was before it ends, at {end}");
            end = part.StartMs + part.Ms;
        }

        Assert.True(end <= slow.TotalMs + 1e-6);
    }

    [Fact]
    public async Task Slow_MoreThanAreKept_TheSlowestOfTheMinute()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        for (int i = 0; i < SlowRequestLog.PerMinute + 5; i++)
            await application.RecommendAsync($"u{i}");
        application.Time.Advance(TimeSpan.FromMinutes(1));
        await application.RecommendAsync("later");

        SlowRequest[] all = (
            await application
                .CreateClient()
                .GetAsync<SlowRequestList>($"{Routes.SlowRequests}?to=2027-01-01T00:00:00Z&from=2020-01-01T00:00:00Z")
        ).Requests;
        SlowRequest[] first = (
            await application
                .CreateClient()
                .GetAsync<SlowRequestList>(
                    $"{Routes.SlowRequests}?from=2020-01-01T00:00:00Z&to={RecOpsApplication.Start.AddSeconds(30):yyyy-MM-ddTHH:mm:ssZ}"
                )
        ).Requests;

        Assert.Equal(SlowRequestLog.PerMinute + 1, all.Length);
        Assert.Equal(SlowRequestLog.PerMinute, first.Length);
        Assert.DoesNotContain(first, request => request.UserId == "later");
    }

    [Fact]
    public async Task Slow_BadTime_NamesTheField()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await (
            await application.CreateClient().GetAsync($"{Routes.SlowRequests}?from=x", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("from");
    }
}
