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
            "fresh" => ("fresh", "Given as it is.", Tone.Good),
            "stale" => ("stale", "Past its soft lifetime: given once more and renewed in spare time.", Tone.Warn),
            "outdated" => (
                "outdated",
                "The shopper did something since: computed anew at the next request, and given only if that fails.",
                Tone.Warn
            ),
            "empty" => (
                "nothing known",
                "Nothing is known of the shopper that a list could be computed from; this is remembered for a while.",
                Tone.Neutral
            ),
            _ => (entry.State, "", Tone.Neutral),
        };
        string why = entry.Origin switch
        {
            "request" => "a request",
            "refresh" => "renewed in spare time",
            "warming" => "a warm run",
            "snapshot" => "the run before",
            _ => entry.Origin,
        };
        string beside =
            entry.ItemId is { } item ? item
            : entry.RecentItems ? "recent items"
            : "";
        return new(entry, state, about, tone, why, beside);
    }
}
