using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>Sends alert messages to Alerts:Webhook, one after the other, with a few retries each.</summary>
internal sealed partial class AlertWebhook(
    IHttpClientFactory clients,
    IOptions<AlertOptions> options,
    TimeProvider time,
    ILogger<AlertWebhook> logger
) : BackgroundLoop(time, logger)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Client = "alerts";

    private const int Backlog = 100;
    private readonly Channel<AlertMessage> _messages = Channel.CreateBounded<AlertMessage>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    private readonly ResiliencePipeline _attempts = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(
            new RetryStrategyOptions
            {
                MaxRetryAttempts = 5,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(2),
                UseJitter = true,
            }
        )
        .Build();

    private readonly ILogger _logger = logger;
    private volatile WebhookState _state = new(null, null);

    /// <summary>Outcome of the last message; null when no address is configured.</summary>
    public WebhookState? State => options.Value.Webhook is null ? null : _state;

    public void Tell(AlertMessage message)
    {
        if (options.Value.Webhook is not null)
            _messages.Writer.TryWrite(message);
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Webhook is not { } address)
            return false;
        await SendAsync(address, await _messages.Reader.ReadAsync(stoppingToken), stoppingToken);
        return true;
    }

    private async Task SendAsync(string address, AlertMessage message, CancellationToken stoppingToken)
    {
        try
        {
            await _attempts.ExecuteAsync(
                async cancellation =>
                {
                    using HttpClient client = clients.CreateClient(Client);
                    using HttpResponseMessage answer = await client.PostAsJsonAsync(
                        address,
                        message,
                        AlertContracts.Default.AlertMessage,
                        cancellation
                    );
                    answer.EnsureSuccessStatusCode();
                },
                stoppingToken
            );
            _state = new WebhookState(Time.GetUtcNow(), null);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            _state = new WebhookState(Time.GetUtcNow(), error.Message);
            LogNotTaken(message.Rule, error.Message);
        }
    }

    [LoggerMessage(2014, LogLevel.Error, "Alerts:Webhook did not accept the message for {Rule}: {Reason}")]
    private partial void LogNotTaken(string rule, string reason);
}

/// <summary>Values of <see cref="AlertMessage.Event"/>.</summary>
internal static class AlertEvent
{
    public const string Fired = "fired";
    public const string Resolved = "resolved";
}
