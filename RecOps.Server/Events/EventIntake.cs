using Microsoft.Extensions.Options;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared.Events;

namespace RecOps.Server.Events;

/// <summary>Checks events one by one and saves the valid ones.</summary>
internal sealed class EventIntake(EventWriter writer, IOptions<EventsOptions> options, TimeProvider time)
{
    public const int MaxEvents = 1000;

    /// <returns>The answer, or why no event of the call is saved.</returns>
    public async Task<(EventsResponse? Response, string? Refusal)> TakeAsync(ServingModel model, ShopEvent?[] incoming)
    {
        DateTimeOffset now = time.GetUtcNow();
        var good = new List<IncomingEvent>(incoming.Length);
        var rejected = new List<RejectedEvent>();
        var told = new Dictionary<StoredEvent, int>();
        DateTimeOffset oldest = now.AddDays(-options.Value.KeepDays);
        for (int i = 0; i < incoming.Length; i++)
        {
            if (EventCheck.ProblemOf(incoming[i], model.Catalog, now, out EventKind kind, out DateTimeOffset at) is { } problem)
            {
                rejected.Add(new RejectedEvent(i, problem));
                continue;
            }

            if (at < oldest)
            {
                rejected.Add(
                    new RejectedEvent(
                        i,
                        $"timestamp {at:O} is more than {options.Value.KeepDays} days ago, for which events are kept (Events:KeepDays)."
                    )
                );
                continue;
            }

            ShopEvent sound = incoming[i]!;
            var stored = new StoredEvent(sound.UserId!, sound.ItemId!, kind, at.ToUnixTimeMilliseconds(), EventKey.Of(sound.EventId));

            // Two events of one kind without a time are two events, not one that was resent.
            if (sound.Timestamp is null && sound.EventId is null)
            {
                int before = told.GetValueOrDefault(stored);
                told[stored] = before + 1;
                stored = stored with { UnixMilliseconds = stored.UnixMilliseconds + before };
            }

            good.Add(new IncomingEvent(stored, sound.RequestId));
        }

        if (good.Count > 0 && await writer.KeepAsync([.. good]) is { IsKept: false } end)
        {
            return (
                null,
                end.IsOpen
                    ? $"Some of these events may have been saved. Send them all again with the same eventIds or timestamps: an "
                        + $"event that was saved is not counted twice. {end.Refusal}"
                    : $"None of these events was saved. Send them all again. {end.Refusal}"
            );
        }

        return (new EventsResponse(good.Count, [.. rejected]), null);
    }
}
