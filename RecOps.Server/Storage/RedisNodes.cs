using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>
/// The nodes of Redis with a breaker each, so that losing one costs only what it holds. A standalone server is one node. In a Redis
/// Cluster, a key belongs to the master that serves its slot. Until the topology is known, everything counts as one node.
/// </summary>
internal sealed class RedisNodes(RedisConnection connection, RedisBreaker only)
{
    private const int Slots = 16384;
    private static readonly long LookEvery = TimeSpan.TicksPerSecond;
    private readonly RedisNode _only = new(string.Join(", ", connection.Endpoints), only, () => connection.IsConnected);
    private readonly ConcurrentDictionary<EndPoint, RedisNode> _known = new();
    private volatile Topology? _topology;
    private long _nextLook;

    /// <summary>Every node that serves slots; exactly one for a standalone server.</summary>
    public IReadOnlyList<RedisNode> All => Current()?.Nodes ?? [_only];

    /// <summary>The node that serves a key.</summary>
    public RedisNode Of(RedisKey key)
    {
        if (Current() is not { } topology || !connection.TryGet(out IConnectionMultiplexer? multiplexer))
            return _only;
        int slot = multiplexer.GetHashSlot(key);
        return slot is >= 0 and < Slots ? topology.BySlot[slot] ?? _only : _only;
    }

    /// <summary>Null for a standalone server, and until the topology is known.</summary>
    private Topology? Current()
    {
        long now = Environment.TickCount64 * TimeSpan.TicksPerMillisecond;
        long next = Volatile.Read(ref _nextLook);
        if (now < next || Interlocked.CompareExchange(ref _nextLook, now + LookEvery, next) != next)
            return _topology;

        // The client learns of failovers and moved slots by itself. While no node answers, the last known topology applies.
        if (!connection.TryGet(out IConnectionMultiplexer? multiplexer))
            return _topology;
        foreach (IServer server in multiplexer.GetServers())
        {
            if (!server.IsConnected || server.ServerType != ServerType.Cluster || server.ClusterConfiguration is not { } configuration)
                continue;
            if (_topology?.Configuration != configuration)
                _topology = Read(configuration, multiplexer, _topology);
            break;
        }

        return _topology;
    }

    /// <param name="before">The other nodes may leave out a lost master: until another node serves its slots, they still belong to
    /// it.</param>
    private Topology Read(ClusterConfiguration configuration, IConnectionMultiplexer multiplexer, Topology? before)
    {
        RedisNode?[] bySlot = before is null ? new RedisNode?[Slots] : [.. before.BySlot];
        foreach (ClusterNode member in configuration.Nodes)
        {
            if (member.IsReplica || member.Slots.Count == 0 || member.EndPoint is not { } endpoint)
                continue;
            RedisNode node = _known.GetOrAdd(endpoint, static (endpoint, all) => Make(endpoint, all), multiplexer);
            foreach (SlotRange range in member.Slots)
                Array.Fill(bySlot, node, range.From, range.To - range.From + 1);
        }

        RedisNode[] nodes = [.. bySlot.OfType<RedisNode>().Distinct().OrderBy(node => node.Name, StringComparer.Ordinal)];
        foreach ((EndPoint endpoint, RedisNode node) in _known)
        {
            if (!nodes.Contains(node))
                _known.TryRemove(endpoint, out _);
        }

        return new Topology(configuration, nodes, bySlot);
    }

    private static RedisNode Make(EndPoint endpoint, IConnectionMultiplexer multiplexer) =>
        new(RedisConnection.NameOf(endpoint), new RedisBreaker(), () => IsConnected(multiplexer, endpoint));

    private static bool IsConnected(IConnectionMultiplexer multiplexer, EndPoint endpoint) =>
        Array.Exists(multiplexer.GetServers(), server => server.EndPoint.Equals(endpoint) && server.IsConnected);

    private sealed record Topology(ClusterConfiguration Configuration, IReadOnlyList<RedisNode> Nodes, RedisNode?[] BySlot);
}

/// <summary>One Redis server.</summary>
/// <param name="Name">Host and port.</param>
internal sealed record RedisNode(string Name, RedisBreaker Breaker, Func<bool> Connected)
{
    public bool IsConnected => Connected();

    /// <summary>Whether it answers, as far as is known.</summary>
    public bool IsWell => IsConnected && Breaker.State == RedisBreaker.Closed;

    /// <summary>The last failure, or a note that there was none.</summary>
    public string Detail => IsConnected || Breaker.State != RedisBreaker.Closed ? Breaker.Detail : "Not connected. Reconnecting.";
}
