using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Events;

/// <summary>
/// What shoppers did since the bundle was made, by user id. Bounded in users (the one quiet longest goes first) and in events for
/// each. Reading takes no lock.
/// </summary>
internal sealed class FreshEvents(IOptions<EventsOptions> options)
{
    private readonly ConcurrentDictionary<string, Entry> _users = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _byLastEvent = [];
    private readonly Lock _writes = new();

    public int Users => _users.Count;

    public FreshHistory Of(string userId) =>
        _users.TryGetValue(userId, out Entry? entry) ? Volatile.Read(ref entry.History) : FreshHistory.Empty;

    /// <summary>Takes one event; the next request sees it.</summary>
    /// <param name="capacity">Events kept for a user.</param>
    /// <param name="mergeWithinMinutes">See <see cref="Shared.Bundles.FeatureSpec.MergeWithinMinutes"/>.</param>
    public void Add(string userId, FreshEvent added, int capacity, int mergeWithinMinutes)
    {
        lock (_writes)
        {
            if (_users.TryGetValue(userId, out Entry? entry))
            {
                _byLastEvent.Remove(entry.Place);
                _byLastEvent.AddLast(entry.Place);
            }
            else
            {
                if (_users.Count >= options.Value.MaxUsers) ForgetQuietest();
                entry = new Entry(_byLastEvent.AddLast(userId));
                _users[userId] = entry;
            }

            Volatile.Write(ref entry.History, entry.History.With(added, capacity, mergeWithinMinutes));
        }
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
