using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Security;
using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Alerts;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Alerts;

public sealed class AlertsPageTests : ConsoleTest
{
    private const string Rule = "errors";
    private static readonly AlertState Quiet = new(
        "redis",
        "Redis is not responding",
        "Fires while calls to Redis fail.",
        AlertSeverity.Warning,
        AlertStatus.Quiet,
        null,
        null,
        "cache"
    );

    private static readonly AlertState Firing = new(
        Rule,
        "Requests are failing",
        "Fires when many fail.",
        AlertSeverity.Critical,
        AlertStatus.Firing,
        Sample.Noon.AddMinutes(-3),
        "20 of 1,020 requests in the last minute failed.",
        ""
    );

    private AlertList _alerts = new([Firing, Quiet], [], null);

    [Fact]
    public void Open_AlertFires_ShowsFiguresAndLinksToCauseAndRunbook()
    {
        IRenderedComponent<AlertsPage> page = Open(Role.Operator);

        page.WaitForAssertion(() =>
            Assert.Contains("20 of 1,020 requests", page.Find("[data-rule=errors]").TextContent, StringComparison.Ordinal)
        );
        Assert.Contains("3 min 0 s", page.Find("[data-rule=errors] header").TextContent, StringComparison.Ordinal);
        Assert.Equal([".", "runbooks/errors"], page.FindAll("[data-rule=errors] a").Select(link => link.GetAttribute("href")));
        Assert.Equal(2, page.FindAll("[data-watched]").Count);
        Assert.Contains("No alert has fired yet.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Acknowledge_Pressed_SaysWhoIsWorkingOnIt()
    {
        Server.On(
            "POST",
            Routes.AcknowledgementOf(Rule),
            TelemetryJson.Default.AlertList,
            _ => _alerts = _alerts with { Alerts = [Firing with { AcknowledgedBy = "anna", AcknowledgedAt = Sample.Noon }, Quiet] }
        );
        IRenderedComponent<AlertsPage> page = Open(Role.Operator);
        page.WaitForElement("[data-rule=errors] button").Click();
        page.WaitForAssertion(() =>
            Assert.Contains("anna has been working on it", page.Find("[data-rule=errors]").TextContent, StringComparison.Ordinal)
        );
        Assert.Empty(page.FindAll("[data-rule=errors] button"));
    }

    [Fact]
    public void Silence_Chosen_SendsTheMinutes()
    {
        Server.On(
            "PUT",
            Routes.SilenceOf("redis"),
            TelemetryJson.Default.AlertList,
            _ => _alerts = _alerts with { Alerts = [Firing, Quiet with { SilencedUntil = Sample.Noon.AddHours(1), SilencedBy = "anna" }] }
        );
        IRenderedComponent<AlertsPage> page = Open(Role.Operator);
        page.WaitForElement("[data-watched=redis] select").Change("60");
        page.WaitForAssertion(() =>
            Assert.Contains("silenced until 13:00:00", page.Find("[data-watched=redis]").TextContent, StringComparison.Ordinal)
        );
        Assert.Equal(
            new SilenceRequest(60),
            Assert.Single(Server.CallsTo("PUT", Routes.SilenceOf("redis"))).Read(TelemetryJson.Default.SilenceRequest)
        );
    }

    [Fact]
    public void Open_AsViewer_ShowsEverythingWithoutButtons()
    {
        _alerts = _alerts with
        {
            History =
            [
                new AlertRecordInfo(
                    1,
                    Rule,
                    "Requests are failing",
                    AlertSeverity.Critical,
                    "web-1",
                    "20 of 1,020.",
                    Sample.Noon.AddHours(-5),
                    Sample.Noon.AddHours(-4),
                    null,
                    null
                ),
            ],
            Webhook = new WebhookState(Sample.Noon, "Connection refused"),
        };
        IRenderedComponent<AlertsPage> page = Open(Role.Viewer);
        page.WaitForAssertion(() =>
            Assert.Contains("last webhook message failed: Connection refused", page.Markup, StringComparison.Ordinal)
        );
        Assert.Empty(page.FindAll("button, select"));
        Assert.Contains("1 h 0 min", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NothingFires_SaysSo()
    {
        _alerts = new([Quiet], [], null);
        IRenderedComponent<AlertsPage> page = Open(Role.Viewer);
        page.WaitForAssertion(() => Assert.Contains("No alert is firing.", page.Markup, StringComparison.Ordinal));
    }

    private IRenderedComponent<AlertsPage> Open(string role)
    {
        Server.On("GET", Routes.Alerts, TelemetryJson.Default.AlertList, _ => _alerts);
        RenderSurroundings();
        Services.GetRequiredService<SessionState>().Use(new("anna", [role], false, true));
        return RenderAt<AlertsPage>("/alerts");
    }
}
