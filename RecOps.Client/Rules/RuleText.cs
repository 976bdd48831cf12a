using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Rules as text, to compare them by value: records with lists compare by reference.</summary>
internal static class RuleText
{
    public static string Of(Rule rule) => JsonSerializer.Serialize(rule, RulesJson.Default.Rule);

    public static string Of(RuleDocument document) => JsonSerializer.Serialize(document, RulesJson.Default.RuleDocument);

    public static bool Same(Rule? one, Rule? other) => one is null ? other is null : other is not null && Of(one) == Of(other);

    public static bool Same(RuleDocument one, RuleDocument other) => ReferenceEquals(one, other) || Of(one) == Of(other);
}
