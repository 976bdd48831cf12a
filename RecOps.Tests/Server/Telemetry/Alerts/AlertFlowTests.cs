using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Alerts;

/// <summary>From failing requests to a message, an acknowledgement, a silence and its end, on the real server.</summary>
public sealed class AlertFlowTests
{
    private const string Rule = "errors";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Errors_FireAndResolve_ListedRecordedAndSent()
    {
        await using var receiver = await Receiver.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Alerts:Webhook"] = receiver.Address, ["Hosting:PathBase"] = "/recops" }
        );
        HttpClient client = application.CreateClient();
        Assert.All((await client.GetAsync<AlertList>(Routes.Alerts)).Alerts, alert => Assert.Equal(AlertStatus.Quiet, alert.Status));

        await FailAsync(application, seconds: 5);
        Assert.Equal(AlertStatus.Pending, (await StateAsync(client)).Status);
        await FailAsync(application, seconds: 20);

        AlertState firing = await StateAsync(client);
        Assert.Equal((AlertStatus.Firing, AlertSeverity.Critical), (firing.Status, firing.Severity));
        Assert.Contains("were answered with a 5xx", firing.Detail, StringComparison.Ordinal);
        AlertMessage message = await receiver.NextAsync();
        Assert.Equal(("fired", Rule, "/recops/runbooks/errors"), (message.Event, message.Rule, message.Runbook));
        Assert.Contains("were answered with a 5xx", message.Detail, StringComparison.Ordinal);

        application.Time.Advance(TimeSpan.FromMinutes(2));
        await LookAsync(application);
        application.Time.Advance(TimeSpan.FromSeconds(20));
        await LookAsync(application);

        AlertList after = await client.GetAsync<AlertList>(Routes.Alerts);
        Assert.Equal(AlertStatus.Quiet, after.Alerts.Single(alert => alert.Rule == Rule).Status);
        Assert.Equal("resolved", (await receiver.NextAsync()).Event);
        await LookAsync(application);
        AlertRecordInfo record = Assert.Single((await client.GetAsync<AlertList>(Routes.Alerts)).History);
        Assert.Equal((Rule, message.FiredAt), (record.Rule, record.FiredAt));
        Assert.True(record.ResolvedAt > record.FiredAt);
    }

    [Fact]
    public async Task Restart_WhileAnAlertFires_TheNextRunResolvesTheSameRecord()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            await FailAsync(first, seconds: 25);
            await LookAsync(first);
            Assert.Null(Assert.Single((await first.CreateClient().GetAsync<AlertList>(Routes.Alerts)).History).ResolvedAt);
        }

        await using RecOpsApplication second = await RecOpsApplication.ListenAsync(RecOpsApplication.Start.AddHours(3), settings);
        await second.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(Cancellation);
        await Waiting.UntilAsync(async () =>
        {
            second.Time.Advance(TimeSpan.FromSeconds(5));
            await LookAsync(second);
            await using AsyncServiceScope scope = second.Services.CreateAsyncScope();
            AlertRecord[] records = await scope
                .ServiceProvider.GetRequiredService<RecOpsDatabase>()
                .Alerts.AsNoTracking()
                .ToArrayAsync(Cancellation);
            return Assert.Single(records).ResolvedAt is not null;
        });
    }

    [Fact]
    public async Task Acknowledge_Firing_SaysByWhomAndIsAudited()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        using (HttpResponseMessage early = await client.SendJsonAsync(HttpMethod.Post, Routes.AcknowledgementOf(Rule), "{}"))
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        await FailAsync(application, seconds: 30);

        using (HttpResponseMessage answer = await client.SendJsonAsync(HttpMethod.Post, Routes.AcknowledgementOf(Rule), "{}"))
            answer.EnsureSuccessStatusCode();

        Assert.Equal("admin", (await StateAsync(client)).AcknowledgedBy);
        Assert.True(application.Services.GetRequiredService<AlertBoard>().Firing(application.Time.GetUtcNow()).Single().IsAcknowledged);
        Assert.Contains("alert.acknowledged", await client.GetStringAsync(Routes.Audit, Cancellation), StringComparison.Ordinal);
        using HttpResponseMessage unknown = await client.SendJsonAsync(HttpMethod.Post, Routes.AcknowledgementOf("nothing"), "{}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Silence_BeforeItFires_NobodyIsToldUntilItEnds()
    {
        await using var receiver = await Receiver.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Alerts:Webhook"] = receiver.Address });
        HttpClient client = application.CreateClient();
        using (HttpResponseMessage answer = await client.SendJsonAsync(HttpMethod.Put, Routes.SilenceOf(Rule), """{ "minutes": 10 }"""))
            answer.EnsureSuccessStatusCode();
        await FailAsync(application, seconds: 30);
        Assert.Equal((AlertStatus.Firing, "admin"), ((await StateAsync(client)).Status, (await StateAsync(client)).SilencedBy));
        Assert.False(receiver.Has);

        using (HttpResponseMessage answer = await client.SendJsonAsync(HttpMethod.Put, Routes.SilenceOf(Rule), """{ "minutes": 0 }"""))
            answer.EnsureSuccessStatusCode();

        Assert.Equal("fired", (await receiver.NextAsync()).Event);
        Assert.Null((await StateAsync(client)).SilencedUntil);
        await (await client.SendJsonAsync(HttpMethod.Put, Routes.SilenceOf(Rule), """{ "minutes": 20000 }""")).ExpectFieldsAsync("minutes");
        await (await client.SendJsonAsync(HttpMethod.Put, Routes.SilenceOf(Rule), "{}")).ExpectFieldsAsync("minutes");
    }

    [Fact]
    public async Task Runbook_ByName_IsAPageAndUnknownOnesAreNamed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();

        RunbookText text = await client.GetAsync<RunbookText>(Routes.RunbookOf("degraded"));

        Assert.Equal("Many fallback lists", text.Title);
        Assert.Contains("href=\"runbooks/hit-rate\"", text.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<h1", text.Html, StringComparison.Ordinal);
        using HttpResponseMessage unknown = await client.GetAsync(Routes.RunbookOf("nothing"), Cancellation);
        Assert.Contains(
            "Runbooks are bundle-changed, database, degraded",
            await unknown.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal
        );
    }

    private static async Task<AlertState> StateAsync(HttpClient client) =>
        (await client.GetAsync<AlertList>(Routes.Alerts)).Alerts.Single(alert => alert.Rule == Rule);

    /// <summary>Makes requests fail, second after second.</summary>
    private static async Task FailAsync(RecOpsApplication application, int seconds)
    {
        for (int i = 0; i < seconds; i += 5)
        {
            for (int request = 0; request < 10; request++)
                application.Services.GetRequiredService<ServingMetrics>().RecordFailure();
            Timeline timeline = application.Services.GetRequiredService<Timeline>();
            int known = timeline.Latest(Timeline.KeptSeconds).Length;
            application.Time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.UntilAsync(() => timeline.Latest(Timeline.KeptSeconds).Length > known);
            application.Time.Advance(TimeSpan.FromSeconds(4));
            await LookAsync(application);
        }
    }

    private static Task LookAsync(RecOpsApplication application) =>
        application.Services.GetRequiredService<AlertMonitor>().LookAsync(Cancellation);

    /// <summary>Receives messages like a pager.</summary>
    private sealed class Receiver(WebApplication application, Channel<AlertMessage> messages) : IAsyncDisposable
    {
        public string Address => application.Urls.Single();

        public bool Has => messages.Reader.Count > 0;

        public static async Task<Receiver> StartAsync()
        {
            var messages = Channel.CreateUnbounded<AlertMessage>();
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            WebApplication application = builder.Build();
            application.MapPost(
                "/",
                async (HttpContext context) =>
                {
                    AlertMessage? message = await context.Request.ReadFromJsonAsync<AlertMessage>(context.RequestAborted);
                    messages.Writer.TryWrite(message!);
                    return Results.Ok();
                }
            );
            await application.StartAsync(Cancellation);
            return new Receiver(application, messages);
        }

        public async Task<AlertMessage> NextAsync() =>
            await messages.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Waiting.Patience, Cancellation);

        public ValueTask DisposeAsync() => application.DisposeAsync();
    }
}
