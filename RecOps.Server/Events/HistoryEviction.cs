using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Events;

/// <summary>
/// Checks, on each connection to Redis and once a minute, which keys Redis may evict when it is full. Ranked lists can be recomputed;
/// shopper histories, stored beside them, cannot.
/// </summary>
internal sealed partial class HistoryEviction(RedisConnection redis, TimeProvider time, ILogger<HistoryEviction> logger)
    : IHostedService,
        IDisposable
{
    private const string Policy = "maxmemory_policy:";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private volatile string? _trouble;
    private volatile string[] _policies = [];
    private bool _isUnknown;
    private ITimer? _timer;

    /// <summary>Null when histories are safe, or nothing is known.</summary>
    public string? Trouble => _trouble;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!redis.IsConfigured)
            return Task.CompletedTask;
        redis.Connected += Look;
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        redis.Connected -= Look;
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>The policies found, one per server; empty when nothing is known.</summary>
    public IReadOnlyCollection<string> Policies => _policies;

    /// <param name="policy">As Redis names it.</param>
    /// <returns>What is wrong with it, for people; null if nothing is.</returns>
    internal static string? TroubleOf(string policy) =>
        policy switch
        {
            // Lists expire within hours, histories within weeks. volatile-ttl evicts what expires soonest, which is always a list.
            "noeviction" or "volatile-ttl" => null,
            _ => $"Redis has maxmemory-policy {policy}, so it may evict shopper histories when it is full. Set it to volatile-ttl, which "
                + $"evicts ranked lists first.",
        };

    private void Look() => _ = LookAsync();

    private async Task LookAsync()
    {
        try
        {
            if (!redis.IsConnected || !redis.TryGet(out IConnectionMultiplexer? multiplexer))
                return;
            var policies = new List<string>();
            foreach (IServer server in multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
            {
                string memory = await server.InfoRawAsync("memory") ?? "";
                if (Array.Find(memory.Split('\n'), line => line.StartsWith(Policy, StringComparison.Ordinal)) is { } found)
                    policies.Add(found[Policy.Length..].Trim());
            }

            string? trouble = policies.Select(TroubleOf).FirstOrDefault(found => found is not null);
            if (trouble is not null && _trouble is null)
                LogTrouble(trouble);
            (_trouble, _policies) = (trouble, [.. policies]);
        }
        catch (Exception error)
        {
            // Some hosted Redis services do not reveal it.
            if (!_isUnknown)
                LogUnknown(error.Message);
            _isUnknown = true;
        }
    }

    [LoggerMessage(1423, LogLevel.Warning, "{Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(1424, LogLevel.Information, "The eviction policy of Redis is unknown ({Reason}); it should be volatile-ttl")]
    private partial void LogUnknown(string reason);
}
