using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Tests.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class ModelWarmUpTests
{
    [Fact]
    public async Task Load_ModelThatTakesSeconds_ServesAfterAFewBatches()
    {
        FakeTimeProvider? time = null;
        var stub = new StubRanker(() =>
        {
            time!.Advance(TimeSpan.FromSeconds(1));
            return true;
        });
        await using RecOpsApplication application = await RecOpsApplication.StartUnreadyAsync(
            new() { ["Warming:Users"] = "0" },
            services =>
                services.AddSingleton<IRankerFactory>(provider =>
                {
                    time = (FakeTimeProvider)provider.GetRequiredService<TimeProvider>();
                    return stub;
                })
        );
        var active = application.Services.GetRequiredService<ActiveModel>();
        await active.Settled.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Null(active.NotReadyReason);

        // Requests for 5 s, then batches of each size for 15 s, of which the last one finishes.
        Assert.InRange(stub.Batches.Count, 10, 24);
    }
}
