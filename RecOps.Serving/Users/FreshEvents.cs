using System.Collections.Concurrent;

namespace RecOps.Serving.Users;

/// <summary>
/// Shopper events since a bundle was made, by user id, in the bundle's ordinals. Bounded in users (the least recently active is evicted)
/// and in events per user. Reading takes no lock.
/// </summary>
/// <param name="maxUsers">Users whose events are kept.</param>
/// <param name="capacity">Events kept per user.</param>
/// <param name="mergeWithinMinutes">See <see cref="Shared.Bundles.FeatureSpec.MergeWithinMinutes"/>.</param>
internal sealed class FreshEvents(int maxUsers, int capacity, int mergeWithinMinutes)
{
    private readonly ConcurrentDictionary<string, Entry> _users = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _byLastEvent = [];
    private readonly Lock _writes = new();

    public int Users => _users.Count;

    public FreshHistory Of(string userId) =>
        _users.TryGetValue(userId, out Entry? entry) ? Volatile.Read(ref entry.History) : FreshHistory.Empty;

    /// <summary>Adds an event; the next request sees it.</summary>
    /// <returns>False when it was already there, or is too old to keep.</returns>
    public bool Add(string userId, FreshEvent added)
    {
        lock (_writes)
        {
            Entry entry = Touch(userId);
            FreshHistory before = entry.History;
            FreshHistory after = before.With(added, capacity, mergeWithinMinutes);
            Volatile.Write(ref entry.History, after);
            return after != before;
        }
    }

    /// <summary>Invalidates lists computed up to a time. The user's events stay.</summary>
    public void Purge(string userId, long unixMilliseconds)
    {
        lock (_writes)
        {
            Entry entry = Touch(userId);
            Volatile.Write(ref entry.History, entry.History.Purged(unixMilliseconds));
        }
    }

    /// <summary>Everyone with events, the least recently active first.</summary>
    public string[] UserIds()
    {
        lock (_writes)
            return [.. _byLastEvent];
    }

    /// <summary>The user's entry, moved to the most recently active.</summary>
    private Entry Touch(string userId)
    {
        if (_users.TryGetValue(userId, out Entry? entry))
        {
            _byLastEvent.Remove(entry.Place);
            _byLastEvent.AddLast(entry.Place);
            return entry;
        }

        if (_users.Count >= maxUsers)
            ForgetQuietest();
        return _users[userId] = new Entry(_byLastEvent.AddLast(userId));
    }

    private void ForgetQuietest()
    {
        LinkedListNode<string> quietest = _byLastEvent.First!;
        _byLastEvent.Remove(quietest);
        _users.TryRemove(quietest.Value, out _);
    }

    private sealed class Entry(LinkedListNode<string> place)
    {
        public FreshHistory History = FreshHistory.Empty;

        public LinkedListNode<string> Place { get; } = place;
    }
}
