using System.Collections.Concurrent;

namespace RecOps.Serving.Users;

/// <summary>
/// What shoppers did since a bundle was made, by user id, in the bundle's ordinals. Bounded in users (the one quiet longest goes first) and
/// in events for each. Reading takes no lock.
/// </summary>
/// <param name="maxUsers">Users of whom anything is kept.</param>
/// <param name="capacity">Events kept for a user.</param>
/// <param name="mergeWithinMinutes">See <see cref="Shared.Bundles.FeatureSpec.MergeWithinMinutes"/>.</param>
internal sealed class FreshEvents(int maxUsers, int capacity, int mergeWithinMinutes)
{
    private readonly ConcurrentDictionary<string, Entry> _users = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _byLastEvent = [];
    private readonly Lock _writes = new();

    public int Users => _users.Count;

    public FreshHistory Of(string userId) =>
        _users.TryGetValue(userId, out Entry? entry) ? Volatile.Read(ref entry.History) : FreshHistory.Empty;

    /// <summary>Takes one event; the next request sees it.</summary>
    /// <returns>False when it was there already, or is too old to be kept.</returns>
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

    /// <summary>Rules out lists that were computed up to a moment. What the user did stays.</summary>
    public void Purge(string userId, long unixMilliseconds)
    {
        lock (_writes)
        {
            Entry entry = Touch(userId);
            Volatile.Write(ref entry.History, entry.History.Purged(unixMilliseconds));
        }
    }

    /// <summary>Everyone who did something, the one quiet longest first.</summary>
    public string[] UserIds()
    {
        lock (_writes)
            return [.. _byLastEvent];
    }

    /// <summary>The user's entry, as that of the last who did something.</summary>
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
