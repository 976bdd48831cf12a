using System.Collections.Immutable;
using RecOps.Server.Clusters;
using RecOps.Server.Models;
using RecOps.Shared.Events;

namespace RecOps.Server.Events;

/// <summary>Checks events one by one and takes the good ones.</summary>
internal sealed class EventIntake(ActiveModel active, EventWriter writer, ShopperActivity activity, Attribution attribution, TimeProvider time)
{
    public const int MaxEvents = 1000;
    private const int MaxIdLength = 128;
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <returns>Null, and nothing taken, when too many wait to be written down.</returns>
    public EventsResponse? Take(ServingModel model, ShopEvent?[] incoming)
    {
        if (!writer.TryReserve(incoming.Length)) return null;
        DateTimeOffset now = time.GetUtcNow();
        ImmutableArray<ServingModel> live = active.Live;
        int kept = 0;
        var rejected = new List<RejectedEvent>();
        for (int i = 0; i < incoming.Length; i++)
        {
            if (Check(model, incoming[i], now, out FreshEvent taken) is { } error)
            {
                rejected.Add(new RejectedEvent(i, error));
                continue;
            }

            // One that is there already was sent again: it counts once.
            string userId = incoming[i]!.UserId!;
            if (!model.Events.Add(userId, taken)) continue;
            kept++;
            var stored = new StoredEvent(userId, incoming[i]!.ItemId!, taken.Kind, taken.UnixMilliseconds);
            writer.Add(stored);
            activity.Happened(model, userId, taken);
            foreach (ServingModel other in live)
            {
                if (other != model) Tell(other, stored);
            }

            attribution.Happened(taken.Kind, incoming[i]!.RequestId, live);
        }

        writer.GiveBack(incoming.Length - kept);

        return new EventsResponse(incoming.Length - rejected.Count, [.. rejected]);
    }

    /// <summary>Another model may number items otherwise, or not have this one.</summary>
    private void Tell(ServingModel other, in StoredEvent stored)
    {
        if (!other.Catalog.TryGetOrdinal(stored.ItemId, out int item)) return;
        var taken = new FreshEvent(item, stored.Kind, stored.UnixMilliseconds);
        if (other.Events.Add(stored.UserId, taken)) activity.Happened(other, stored.UserId, taken);
    }

    /// <returns>What is wrong, or null.</returns>
    private static string? Check(ServingModel model, ShopEvent? incoming, DateTimeOffset now, out FreshEvent taken)
    {
        taken = default;
        if (incoming is null) return "The event is null.";
        if (string.IsNullOrEmpty(incoming.UserId) || incoming.UserId.Length > MaxIdLength)
            return $"userId must have 1 to {MaxIdLength} characters.";
        if (string.IsNullOrEmpty(incoming.ItemId)) return "itemId is missing.";
        int kind = Array.IndexOf(ShopEventType.All, incoming.Type);
        if (kind < 0) return $"type is '{incoming.Type}'; it must be one of {string.Join(", ", ShopEventType.All)}.";
        if (incoming.RequestId is { Length: > MaxIdLength }) return $"requestId must have at most {MaxIdLength} characters.";
        DateTimeOffset timestamp = incoming.Timestamp ?? now;
        if (timestamp > now + ClockSkew) return $"timestamp {timestamp:O} is more than {ClockSkew.TotalMinutes} minutes in the future.";
        if (timestamp < Earliest) return $"timestamp {timestamp:O} is before {Earliest:yyyy}.";
        if (!model.Catalog.TryGetOrdinal(incoming.ItemId, out int item)) return $"itemId '{incoming.ItemId}' is not in the catalogue.";
        taken = new FreshEvent(item, (EventKind)kind, timestamp.ToUnixTimeMilliseconds());
        return null;
    }
}
