using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;

namespace RecOps.Server.Events;

/// <summary>Checks events one by one and has the good ones kept.</summary>
internal sealed class EventIntake(EventWriter writer, TimeProvider time)
{
    public const int MaxEvents = 1000;
    private const int MaxReferenceLength = 128;
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <returns>The answer, or why no event of the call is kept.</returns>
    public async Task<(EventsResponse? Response, string? Refusal)> TakeAsync(ServingModel model, ShopEvent?[] incoming)
    {
        DateTimeOffset now = time.GetUtcNow();
        var good = new List<IncomingEvent>(incoming.Length);
        var rejected = new List<RejectedEvent>();
        for (int i = 0; i < incoming.Length; i++)
        {
            if (Check(model, incoming[i], now, out StoredEvent stored) is { } error) rejected.Add(new RejectedEvent(i, error));
            else good.Add(new IncomingEvent(stored, incoming[i]!.RequestId));
        }

        if (good.Count > 0 && await writer.KeepAsync([.. good]) is { IsKept: false } end)
        {
            return (null, end.IsOpen
                ? $"It is not known which of these events were kept. Send them all again with the same eventIds or timestamps: one that is there is not counted twice. {end.Refusal}"
                : $"None of these events was kept; send them all again. {end.Refusal}");
        }

        return (new EventsResponse(good.Count, [.. rejected]), null);
    }

    /// <returns>What is wrong, or null.</returns>
    private static string? Check(ServingModel model, ShopEvent? incoming, DateTimeOffset now, out StoredEvent stored)
    {
        stored = default;
        if (incoming is null) return "The event is null.";
        if (NoText(incoming) is { } field) return $"{field} must be a text, in quotes.";
        if (string.IsNullOrEmpty(incoming.UserId) || incoming.UserId.Length > Ids.LongestUser)
            return $"userId must have 1 to {Ids.LongestUser} characters.";
        if (Ids.HasControl(incoming.UserId)) return "userId has a control character.";
        if (string.IsNullOrEmpty(incoming.ItemId)) return "itemId is missing.";
        int kind = Array.IndexOf(ShopEventType.All, incoming.Type);
        if (kind < 0) return $"type is '{incoming.Type}'; it must be one of {string.Join(", ", ShopEventType.All)}.";
        if (incoming.RequestId is { Length: > MaxReferenceLength }) return $"requestId must have at most {MaxReferenceLength} characters.";
        if (Ids.HasControl(incoming.RequestId)) return "requestId has a control character.";
        if (Ids.HasControl(incoming.EventId)) return "eventId has a control character.";
        if (incoming.EventId is { Length: 0 or > MaxReferenceLength }) return $"eventId must have 1 to {MaxReferenceLength} characters.";
        if (incoming.Timestamp == EventTime.None) return "timestamp is no time; it must be ISO 8601, such as 2026-05-04T10:00:00Z, or Unix seconds.";
        DateTimeOffset timestamp = incoming.Timestamp ?? now;
        if (timestamp > now + ClockSkew) return $"timestamp {timestamp:O} is more than {ClockSkew.TotalMinutes} minutes in the future.";
        if (timestamp < Earliest) return $"timestamp {timestamp:O} is before {Earliest:yyyy}.";
        if (!model.Catalog.TryGetOrdinal(incoming.ItemId, out _)) return $"itemId '{incoming.ItemId}' is not in the catalogue.";
        stored = new StoredEvent(incoming.UserId, incoming.ItemId, (EventKind)kind, timestamp.ToUnixTimeMilliseconds(), EventKey.Of(incoming.EventId));
        return null;
    }

    /// <returns>The field that has something other than a text, or null.</returns>
    private static string? NoText(ShopEvent incoming) =>
        EventText.IsNone(incoming.UserId) ? "userId"
        : EventText.IsNone(incoming.ItemId) ? "itemId"
        : EventText.IsNone(incoming.Type) ? "type"
        : EventText.IsNone(incoming.RequestId) ? "requestId"
        : EventText.IsNone(incoming.EventId) ? "eventId"
        : null;
}
