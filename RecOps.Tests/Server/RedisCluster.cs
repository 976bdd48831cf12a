using System.Globalization;
using System.Net.Sockets;
using System.Text;
using RecOps.Bench.Redis;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>A real Redis Cluster of three masters without replicas, which keeps serving its remaining slots when one is lost.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private static readonly (int First, int Last)[] Slots = [(0, 5460), (5461, 10922), (10923, 16383)];
    private readonly TempDirectory _files = new();

    private RedisCluster() { }

    public List<RedisServer> Masters { get; } = [];

    public string ConnectionString => string.Join(',', Masters.Select(master => master.ConnectionString));

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        try
        {
            var buses = new List<int>();
            foreach ((int first, int last) in Slots)
            {
                int bus = RedisProcess.FreePort();
                RedisServer master = await RedisServer.StartAsync(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-port",
                    $"{bus}",
                    "--cluster-config-file",
                    cluster._files.At($"{bus}.conf"),
                    "--cluster-require-full-coverage",
                    "no",
                    "--cluster-node-timeout",
                    "1000"
                );
                cluster.Masters.Add(master);
                buses.Add(bus);
                Assert.Equal("+OK", await AskAsync(master, $"CLUSTER ADDSLOTSRANGE {first} {last}"));
            }

            for (int i = 1; i < buses.Count; i++)
                Assert.Equal("+OK", await AskAsync(cluster.Masters[0], $"CLUSTER MEET 127.0.0.1 {cluster.Masters[i].Port} {buses[i]}"));
            foreach (RedisServer master in cluster.Masters)
            {
                await Waiting.UntilAsync(
                    async () =>
                    {
                        string info = await AskAsync(master, "CLUSTER INFO");
                        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
                            && info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal);
                    },
                    TimeSpan.FromMilliseconds(20)
                );
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Number of keys on one node.</summary>
    public static async Task<int> CountAsync(RedisServer node, string pattern) =>
        int.Parse((await AskAsync(node, $"KEYS {pattern}")).Split('\r')[0].AsSpan(1), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer master in Masters)
            await master.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>A node's answer, up to the length of one read.</summary>
    private static async Task<string> AskAsync(RedisServer node, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", node.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), TestContext.Current.CancellationToken);
        var bytes = new byte[4096];
        int length = await stream.ReadAsync(bytes, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(bytes, 0, length).TrimEnd();
    }
}
