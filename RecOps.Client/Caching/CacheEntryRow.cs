using RecOps.Client.Shell;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>One cached list as the table shows it.</summary>
/// <param name="State">In a word.</param>
/// <param name="StateAbout">What that word means.</param>
/// <param name="Why">Why the list is there.</param>
internal sealed record CacheEntryRow(CachedEntry Entry, string State, string StateAbout, Tone Tone, string Why, string Beside)
{
    public static CacheEntryRow From(CachedEntry entry)
    {
        (string state, string about, Tone tone) = entry.State switch
        {
            "fresh" => ("fresh", "Served as is.", Tone.Good),
            "stale" => ("stale", "Past its soft lifetime: served once more, then refreshed in spare time.", Tone.Warn),
            "outdated" => (
                "outdated",
                "The shopper has acted since: recomputed at the next request, and served only if that fails.",
                Tone.Warn
            ),
            "empty" => (
                "no data",
                "Nothing is known about the shopper to compute a list from. This result is cached for a while.",
                Tone.Neutral
            ),
            _ => (entry.State, "", Tone.Neutral),
        };
        string why = entry.Origin switch
        {
            "request" => "a request",
            "refresh" => "refreshed in spare time",
            "warming" => "a warm-up run",
            "snapshot" => "the previous run",
            _ => entry.Origin,
        };
        string beside =
            entry.ItemId is { } item ? item
            : entry.RecentItems ? "recent items"
            : "";
        return new(entry, state, about, tone, why, beside);
    }
}
