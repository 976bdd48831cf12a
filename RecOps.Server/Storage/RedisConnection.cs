using System.Diagnostics.CodeAnalysis;
using System.Net;
using RecOps.Server.Hosting.Lifetime;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>
/// The one shared connection to Redis, if ConnectionStrings:Redis names one. It connects in the background and reconnects by itself;
/// callers must do without it while it is down.
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

        // The client treats INFO, which reports the eviction policy, as an administrator's command.
        _options.AllowAdmin = true;

        // A command that cannot be sent now is useless later: the caller has a deadline and continues without it.
        _options.BacklogPolicy = BacklogPolicy.FailFast;
    }

    public bool IsConfigured => _options is not null;

    /// <summary>Host and port of each server.</summary>
    public string[] Endpoints => _options is null ? [] : [.. _options.EndPoints.Select(NameOf)];

    public bool IsConnected => _multiplexer?.IsConnected == true;

    /// <summary>Raised on a client thread on each connect and reconnect. Exceptions of listeners are logged.</summary>
    public event Action? Connected;

    /// <returns>False until the first connection attempt has ended, successful or not, and where none is configured.</returns>
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
                // For example, it was lost again at once; listeners are called again when it is back.
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

    [LoggerMessage(1401, LogLevel.Warning, "Redis at {Endpoint} was lost ({Failure}); serving continues without it")]
    private partial void LogLost(string endpoint, ConnectionFailureType failure);

    [LoggerMessage(1402, LogLevel.Information, "Redis at {Endpoint} is back")]
    private partial void LogRestored(string endpoint);

    [LoggerMessage(1403, LogLevel.Warning, "Redis at {Endpoints} cannot be reached; serving continues without it while it retries")]
    private partial void LogNotReached(string endpoints);

    [LoggerMessage(1404, LogLevel.Warning, "Some listeners failed after the reconnect to Redis")]
    private partial void LogNotTold(Exception error);
}
