using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Which rules of the list are shown. It is in the page's address.</summary>
/// <param name="State">on, off, changed, or empty for all.</param>
/// <param name="Conflicts">Only those with warnings.</param>
internal sealed record RuleFilter(string Search, string State, string Type, string Placement, string Owner, bool Conflicts)
{
    public static RuleFilter Default { get; } = new("", "", "", "", "", false);

    public bool IsAny => this != Default;

    public static RuleFilter Parse(string query)
    {
        IReadOnlyDictionary<string, string> values = QueryText.Parse(query);
        return new(
            values.GetValueOrDefault("search", ""),
            values.GetValueOrDefault("state", ""),
            values.GetValueOrDefault("type", ""),
            values.GetValueOrDefault("placement", ""),
            values.GetValueOrDefault("owner", ""),
            values.ContainsKey("conflicts")
        );
    }

    public string ToQuery() =>
        QueryText.Format(
            ("search", Search),
            ("state", State),
            ("type", Type),
            ("placement", Placement),
            ("owner", Owner),
            ("conflicts", Conflicts ? "true" : null)
        );

    /// <param name="isChanged">Differs from what is published.</param>
    public bool Accepts(Rule rule, bool isChanged, bool hasWarning) =>
        (Type.Length == 0 || rule.Then.Type == Type)
        && (Placement.Length == 0 || rule.When?.Placements is null || rule.When.Placements.Contains(Placement))
        && (Owner.Length == 0 || rule.Owner == Owner)
        && (!Conflicts || hasWarning)
        && State switch
        {
            "on" => rule.Enabled,
            "off" => !rule.Enabled,
            "changed" => isChanged,
            _ => true,
        }
        && (Search.Length == 0 || Has(rule.Name) || Has(rule.Id) || Has(RuleSentence.Of(rule)) || (rule.Select?.Items ?? []).Any(Has));

    private bool Has(string text) => text.Contains(Search, StringComparison.OrdinalIgnoreCase);
}
