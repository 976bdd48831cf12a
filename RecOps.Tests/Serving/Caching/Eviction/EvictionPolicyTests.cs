using RecOps.Serving.Caching.Eviction;
using Xunit;

namespace RecOps.Tests.Serving.Caching.Eviction;

public sealed class EvictionPolicyTests
{
    private readonly RequestHistory _history = new(1_000);

    [Fact]
    public void Evict_WindowOfEverything_LeastRecentFirst()
    {
        EvictionPolicy policy = Create(capacity: 3, windowShare: 1);
        EvictionNode[] nodes = [Node(0), Node(1), Node(2), Node(3), Node(4)];
        foreach (EvictionNode node in nodes.AsSpan(0, 3))
            policy.Add(node);
        policy.Touch(nodes[0]);
        policy.Add(nodes[3]);

        Assert.Same(nodes[1], policy.Evict());
        Assert.Null(policy.Evict());
        policy.Add(nodes[4]);
        Assert.Same(nodes[2], policy.Evict());
        Assert.Equal([nodes[4], nodes[3], nodes[0]], policy.All());
    }

    [Theory]
    [InlineData(1, 1f, 1, 3, 1f, 1, true)]
    [InlineData(3, 1f, 1, 1, 1f, 1, false)]
    [InlineData(1, 9f, 1, 3, 1f, 1, false)]
    [InlineData(3, 1f, 9, 3, 1f, 1, true)]
    [InlineData(3, 1f, 1, 3, 1f, 9, false)]
    public void Evict_CandidateAgainstVictim_LessFrequentByCostAndBytesGoes(
        int asked,
        float cost,
        int bytes,
        int victimAsked,
        float victimCost,
        int victimBytes,
        bool candidateGoes
    )
    {
        EvictionNode victim = Node(0, victimBytes, victimCost),
            candidate = Node(1, bytes, cost),
            newest = Node(2);
        EvictionPolicy policy = Create(capacity: Math.Max(victimBytes, bytes) + 1, windowShare: 0.05);
        for (int i = 0; i < victimAsked; i++)
            _history.Asked(victim);
        for (int i = 0; i < asked; i++)
            _history.Asked(candidate);
        AddToMain(policy, victim);
        policy.Add(candidate);
        policy.Add(newest);

        Assert.Same(candidateGoes ? candidate : victim, policy.Evict());
    }

    [Fact]
    public void Evict_AskedForAsOften_OfTheBusierClusterStays()
    {
        EvictionNode victim = Node(0, cluster: 1),
            candidate = Node(1, cluster: 2),
            newest = Node(2);
        EvictionPolicy policy = Create(capacity: 2, windowShare: 0.05);
        foreach (EvictionNode node in (EvictionNode[])[victim, candidate])
        {
            _history.Clusters.Entered(node.Cluster);
            _history.Asked(node);
        }

        for (int i = 0; i < 10; i++)
            _history.Clusters.Asked(2);
        AddToMain(policy, victim);
        policy.Add(candidate);
        policy.Add(newest);

        Assert.Same(victim, policy.Evict());
    }

    [Fact]
    public void Setting_SmallerWindow_SurplusGoesFirstInItsOrder()
    {
        EvictionPolicy policy = Create(capacity: 4, windowShare: 1);
        EvictionNode[] nodes = [Node(0), Node(1), Node(2), Node(3)];
        foreach (EvictionNode node in nodes)
            policy.Add(node);

        policy.Setting = policy.Setting with { WindowShare = 0.25 };

        Assert.Equal([Segment.Probation, Segment.Probation, Segment.Probation, Segment.Window], nodes.Select(node => node.Segment));
        Assert.Equal([nodes[3], nodes[2], nodes[1], nodes[0]], policy.All());
        Assert.Equal(4, policy.Bytes);
    }

    [Fact]
    public void Resize_Larger_OthersMakeRoom()
    {
        EvictionPolicy policy = Create(capacity: 4, windowShare: 1);
        EvictionNode[] nodes = [Node(0), Node(1), Node(2)];
        foreach (EvictionNode node in nodes)
            policy.Add(node);

        policy.Resize(nodes[0], 3);

        Assert.Equal(5, policy.Bytes);
        Assert.Same(nodes[1], policy.Evict());
        Assert.Null(policy.Evict());
    }

    private static EvictionNode Node(int key, int bytes = 1, float cost = 1, int cluster = -1) =>
        new()
        {
            Hash = WorthStoreTests.HashOf(key),
            Bytes = bytes,
            Cost = cost,
            Cluster = cluster,
        };

    /// <summary>Leaves the window empty.</summary>
    private static void AddToMain(EvictionPolicy policy, EvictionNode node)
    {
        EvictionNode next = Node(-1);
        policy.Add(node);
        policy.Add(next);
        Assert.Null(policy.Evict());
        policy.Remove(next);
        Assert.Equal(Segment.Probation, node.Segment);
    }

    private EvictionPolicy Create(long capacity, double windowShare) => new(capacity, new PolicySetting(windowShare, _history.Worths[1]));
}
