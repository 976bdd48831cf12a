using System.Diagnostics.CodeAnalysis;
using System.Net;
using RecOps.Server.Hosting;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>
/// The one connection to Redis that everything shares, if ConnectionStrings:Redis names one. It is made in the background and mends
/// itself; whoever uses it must do without while it is down.
/// </summary>
internal sealed partial class RedisConnection : BackgroundLoop
{
    /// <summary>Name in ConnectionStrings.</summary>
    public const string Name = "Redis";

    private readonly ConfigurationOptions? _options;
    private readonly ILogger<RedisConnection> _logger;
    private volatile ConnectionMultiplexer? _multiplexer;

    public RedisConnection(IConfiguration configuration, ILogger<RedisConnection> logger)
        : base(TimeProvider.System, logger)
    {
        _logger = logger;
        if (configuration.GetConnectionString(Name) is not { Length: > 0 } text)
            return;
        _options = ConfigurationOptions.Parse(text);
        _options.AbortOnConnectFail = false;
        _options.ClientName ??= "recops";

        // The client counts INFO, which says how Redis evicts, among the commands of administrators.
        _options.AllowAdmin = true;

        // What cannot be sent now is of no use later: the caller has a deadline and goes on without.
        _options.BacklogPolicy = BacklogPolicy.FailFast;
    }

    public bool IsConfigured => _options is not null;

    /// <summary>Host and port of each server.</summary>
    public string[] Endpoints => _options is null ? [] : [.. _options.EndPoints.Select(NameOf)];

    public bool IsConnected => _multiplexer?.IsConnected == true;

    /// <summary>
    /// Raised on a thread of the client when a connection is made, also after it was lost. What a listener throws is logged.
    /// </summary>
    public event Action? Connected;

    /// <returns>False until the first attempt to connect has ended, well or not, and where none is configured.</returns>
    public bool TryGet([NotNullWhen(true)] out IConnectionMultiplexer? multiplexer)
    {
        multiplexer = _multiplexer;
        return multiplexer is not null;
    }

    public override void Dispose()
    {
        _multiplexer?.Dispose();
        base.Dispose();
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (_options is null)
            return false;
        ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(_options);
        if (stoppingToken.IsCancellationRequested)
        {
            await multiplexer.DisposeAsync();
            return false;
        }

        multiplexer.ConnectionFailed += (_, failure) => LogLost(NameOf(failure.EndPoint), failure.FailureType);
        multiplexer.ConnectionRestored += (_, restored) =>
        {
            if (restored.ConnectionType != ConnectionType.Interactive)
                return;
            LogRestored(NameOf(restored.EndPoint));
            Tell();
        };
        _multiplexer = multiplexer;
        if (multiplexer.IsConnected)
            Tell();
        else
            LogNotReached(string.Join(", ", Endpoints));
        return false;
    }

    private void Tell()
    {
        foreach (Action listener in Delegate.EnumerateInvocationList(Connected))
        {
            try
            {
                listener();
            }
            catch (Exception error)
            {
                // Lost again at once, for example; they are told again when it is back.
                LogNotTold(error);
            }
        }
    }

    public static string NameOf(EndPoint? endpoint) =>
        endpoint switch
        {
            DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
            _ => endpoint?.ToString() ?? "",
        };

    [LoggerMessage(1401, LogLevel.Warning, "Redis at {Endpoint} was lost ({Failure}); serving goes on without it")]
    private partial void LogLost(string endpoint, ConnectionFailureType failure);

    [LoggerMessage(1402, LogLevel.Information, "Redis at {Endpoint} is back")]
    private partial void LogRestored(string endpoint);

    [LoggerMessage(1403, LogLevel.Warning, "Redis at {Endpoints} cannot be reached; serving goes on without it and keeps trying")]
    private partial void LogNotReached(string endpoints);

    [LoggerMessage(1404, LogLevel.Warning, "Not everything could begin again with the connection to Redis")]
    private partial void LogNotTold(Exception error);
}
