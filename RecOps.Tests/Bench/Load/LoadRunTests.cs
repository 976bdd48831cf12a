using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class LoadRunTests
{
    [Fact]
    public async Task Run_ServerThatHoldsBackAnswers_LatencyIncludesWaitForConnection()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        await using WebApplication app = await StartAsync(async _ =>
        {
            if (Interlocked.Increment(ref asked) == 1)
                await release.Task;
        });
        using var run = new LoadRun(Plan(app) with { Phases = [new LoadPhase(2000, 0.05)], Connections = 1 });

        Task<SampleLog> running = Task.Run(run.Run, TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => run.Waiting >= 10);
        release.SetResult();
        List<Sample> samples = [.. (await running).All()];

        Assert.All(samples, sample => Assert.Equal(200, sample.Status));
        Assert.All(samples, sample => Assert.True(AnsweredAt(sample) >= AnsweredAt(samples[0]), $"{sample} came before {samples[0]}"));
    }

    [Fact]
    public async Task Run_BrokenConnections_AreCountedAndReplaced()
    {
        int asked = 0;
        await using WebApplication app = await StartAsync(context =>
        {
            if (Interlocked.Increment(ref asked) % 2 == 0)
                context.Abort();
            return Task.CompletedTask;
        });
        using var run = new LoadRun(Plan(app) with { Phases = [new LoadPhase(400, 0.1)], Connections = 1 });

        List<Sample> samples = [.. run.Run().All()];

        int broken = samples.Count(sample => sample.Status == Sample.Broken);
        Assert.InRange(broken, samples.Count / 2, (samples.Count / 2) + 1);
        Assert.Equal(samples.Count - broken, samples.Count(sample => sample.Status == 200));
    }

    [Fact]
    public async Task Run_ClosedLoop_OneRequestInFlightPerConnection()
    {
        // No request is answered before all four are in flight, and there is no fifth.
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int inFlight = 0;
        int most = 0;
        await using WebApplication app = await StartAsync(async _ =>
        {
            int now = Interlocked.Increment(ref inFlight);
            if (now > Volatile.Read(ref most))
                Volatile.Write(ref most, now);
            if (now == 4)
                together.TrySetResult();
            await together.Task;
            Interlocked.Decrement(ref inFlight);
        });
        using var run = new LoadRun(Plan(app) with { Phases = [new LoadPhase(0, 0.1)], Connections = 4, Closed = true });

        List<Sample> samples = [.. run.Run().All()];

        Assert.Equal(4, most);
        Assert.InRange(samples.Count, 4, int.MaxValue);
        Assert.All(samples, sample => Assert.Equal(200, sample.Status));
    }

    private static double AnsweredAt(Sample sample) => sample.Due + (sample.LatencyMs / 1000.0);

    private static LoadPlan Plan(WebApplication app) =>
        new()
        {
            Server = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority),
            Paths = ["/"],
            Phases = [],
        };

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
