using System.Globalization;
using RecOps.Client.Clusters;
using RecOps.Client.Hosting;
using RecOps.Client.Rules;
using RecOps.Client.Security;
using RecOps.Client.Users;
using RecOps.Shared.Catalog;
using RecOps.Shared.Clusters;
using RecOps.Shared.Rules;
using RecOps.Shared.Users;

namespace RecOps.Client.Shell;

/// <summary>Everything the palette looks through: the console's pages, and what the server knows of shoppers, items, rules and clusters.</summary>
internal sealed class PaletteSource(UsersClient users, RulesClient rules, ClustersClient clusters, SessionState session)
{
    private const int OfEach = 6;
    private PaletteEntry[]? ruleEntries;
    private PaletteEntry[]? clusterEntries;

    /// <summary>Pages that the viewer may open.</summary>
    public IEnumerable<PaletteEntry> Pages
    {
        get
        {
            yield return new("page", "Overview", "requests, latency, errors, everything at a glance", ".");
            yield return new("page", "Latency", "percentiles, stages, heat map, slow requests", "latency");
            yield return new("page", "Compute", "batches, GPU, CPU, memory, queue", "compute");
            yield return new("page", "Alerts", "what fires, silence, acknowledge, history", "alerts");
            yield return new("page", "Capacity", "requests a second, servers, cost", "capacity");
            yield return new("page", "Try it", "the list of a shopper, and why", "try");
            yield return new("page", "Rules", "boost, bury, pin, block, switch off", "rules");
            yield return new("page", "Rule versions", "publish, restore, compare", "rules/versions");
            yield return new("page", "Cache", "hit rate, misses, Redis", "cache");
            yield return new("page", "Clusters", "behaviour of shoppers, warm runs", "clusters");
            yield return new("page", "Models", "activate, roll back, shadow, canary, replicas", "models");
            if (session.MayAct)
                yield return new("page", "Audit log", "who did what", "audit");
            if (session.MayAdminister)
            {
                yield return new("page", "People", "roles, passwords", "people");
                yield return new("page", "API keys", "scopes, limits", "keys");
            }
        }
    }

    /// <summary>What the server knows by a text; what cannot be asked is left out.</summary>
    public async Task<PaletteEntry[]> FindAsync(string text, CancellationToken cancellation)
    {
        Task<ApiResult<UserSearchResponse>> asked = users.SearchAsync(text, OfEach, cancellation);
        Task<ApiResult<ItemSearchResponse>> items = rules.SearchAsync(text, cancellation);
        ruleEntries ??= [.. ((await rules.DraftAsync(cancellation)).Value?.Document.Rules ?? []).Select(Entry)];
        clusterEntries ??= [.. ((await clusters.ListAsync(cancellation)).Value?.Clusters ?? []).Select(Entry)];
        return
        [
            .. ((await asked).Value?.Users ?? []).Select(Entry),
            .. ((await items).Value?.Items ?? []).Take(OfEach).Select(Entry),
            .. PaletteSearch.Match(ruleEntries, text).Take(OfEach),
            .. PaletteSearch.Match(clusterEntries, text).Take(OfEach),
        ];
    }

    /// <summary>Rules and clusters are asked for anew the next time.</summary>
    public void Forget() => (ruleEntries, clusterEntries) = (null, null);

    private static PaletteEntry Entry(UserSummary user) => new(
        "shopper", user.UserId, string.Join(", ", new[] { user.Country, user.Segment }.Where(part => part.Length > 0)), $"try?user={Uri.EscapeDataString(user.UserId)}");

    private static PaletteEntry Entry(ItemDetails item) =>
        new("item", item.Title.Length > 0 ? item.Title : item.ItemId, item.ItemId, $"try?placement=product&item={Uri.EscapeDataString(item.ItemId)}");

    private static PaletteEntry Entry(Rule rule) => new("rule", rule.Name, rule.Id, $"rules/edit/{Uri.EscapeDataString(rule.Id)}");

    private static PaletteEntry Entry(ClusterSummary cluster) => new(
        "cluster", $"Cluster {cluster.Id.ToString(CultureInfo.InvariantCulture)}", cluster.Label, $"clusters?cluster={cluster.Id.ToString(CultureInfo.InvariantCulture)}");
}
