using System.Globalization;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>A rule as an English sentence.</summary>
internal static class RuleSentence
{
    private const int Named = 3;

    /// <summary>"Never show items of brand Acme under 10, on home, from Monday to Friday 09:00 to 17:00 (Europe/Madrid)."</summary>
    public static string Of(Rule rule)
    {
        string items = Items(rule.Select);
        string what = rule.Then.Type switch
        {
            RuleType.Exclude => $"Never show {items}",
            RuleType.Include => $"Show only {items}",
            RuleType.Boost => $"Boost {items} {Factor(rule.Then.Strength)}",
            RuleType.Bury => $"Push {items} down {Factor(rule.Then.Strength)}",
            RuleType.Pin when rule.Then.AtOrAbove is { } place => $"Keep {Best(rule.Select, items)} at place {place} or above",
            RuleType.Pin => $"Pin {Best(rule.Select, items)} to place {rule.Then.Position}",
            RuleType.Cap => $"Show at most {rule.Then.Max} "
                + $"{Group(rule.Then.By)}{(rule.Select is null ? "" : $" of {items}")}{Within(rule.Then.Within)}",
            _ => "Do nothing yet",
        };
        string when = When(rule.When);
        return when.Length == 0 ? what + "." : $"{what}, {when}.";
    }

    /// <summary>"items of brand Acme, in stock"; "all items" when nothing is asked.</summary>
    public static string Items(RuleSelection? selection)
    {
        if (selection is null)
            return "all items";

        List<string> parts = [];
        if (selection.Categories is { Length: > 0 } categories)
            parts.Add($"of {List(categories)}");
        if (selection.Brands is { Length: > 0 } brands)
            parts.Add($"by {List(brands)}");
        foreach ((string name, string[] values) in selection.Attributes ?? [])
            parts.Add($"with {name} {List(values)}");
        if (selection.Price is { } price)
            parts.Add(Price(price));
        if (selection.InStock is { } stock)
            parts.Add(stock ? "in stock" : "sold out");
        if (selection.BoughtWithinDays is { } days)
            parts.Add($"that the shopper bought in the last {days} {(days == 1 ? "day" : "days")}");
        string about = parts.Count == 0 ? "" : " " + string.Join(", ", parts);
        return selection.Items is { Length: > 0 } items ? (items.Length == 1 ? $"item {items[0]}" : $"items {List(items)}") + about
            : parts.Count == 0 ? "all items"
            : "items" + about;
    }

    /// <summary>"on home and cart, for new shoppers in FI, on Fri 18:00 to 22:00 (Europe/Madrid)"; empty for always.</summary>
    public static string When(RuleCondition? when)
    {
        if (when is null)
            return "";

        List<string> parts = [];
        if (when.Placements is { Length: > 0 } placements)
            parts.Add($"on {List(placements)}");
        if (when.Segments is { Length: > 0 } segments)
            parts.Add($"for {List(segments)} shoppers");
        if (when.Countries is { Length: > 0 } countries)
            parts.Add($"in {List(countries)}");
        if (when.Clusters is { Length: > 0 } clusters)
            parts.Add(
                $"in {(clusters.Length == 1 ? "cluster" : "clusters")} "
                    + $"{List([.. clusters.Select(cluster => cluster.ToString(CultureInfo.InvariantCulture))])}"
            );
        if (when.Viewing is { } viewing)
            parts.Add($"while looking at {Items(viewing)}");
        if (when.Schedule is { } schedule)
            parts.Add(Schedule(schedule));
        return string.Join(", ", parts);
    }

    public static string Schedule(RuleSchedule schedule)
    {
        List<string> parts = [];
        if (schedule.Days is { Length: > 0 } days)
            parts.Add("on " + List([.. days.Select(day => char.ToUpperInvariant(day[0]) + day[1..])], all: true));
        if (schedule.StartTime is not null && schedule.EndTime is not null)
            parts.Add($"{schedule.StartTime} to {schedule.EndTime}");
        if (schedule.From is { } from)
            parts.Add($"from {Readable(from)}");
        if (schedule.To is { } to)
            parts.Add($"until {Readable(to)}");
        return $"{string.Join(" ", parts)} ({schedule.TimeZone})";
    }

    /// <summary>A single item has no best.</summary>
    private static string Best(RuleSelection? selection, string items) => selection?.Items is [_] ? items : $"the best of {items}";

    private static string Readable(string local) =>
        DateTime.TryParse(local, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? time.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)
            : local;

    private static string Price(PriceRange price) =>
        (price.Min, price.Max) switch
        {
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"priced {min} to {max}"),
            ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"priced {min} or more"),
            (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"priced {max} or less"),
            _ => "with a price",
        };

    private static string Factor(double? strength) => string.Create(CultureInfo.InvariantCulture, $"×{strength ?? 1:0.##}");

    private static string Group(string? by) =>
        by switch
        {
            null => "",
            _ => $"of each {(by.StartsWith("attribute:", StringComparison.Ordinal) ? by["attribute:".Length..] : by)}",
        };

    private static string Within(int? within) => within is { } places ? $" in the first {places} places" : " in a list";

    private static string List(string[] values, bool all = false)
    {
        string[] shown = all || values.Length <= Named + 1 ? values : values[..Named];
        string more = shown.Length < values.Length ? $" and {values.Length - shown.Length} more" : "";
        return more.Length == 0 && shown.Length > 1 ? $"{string.Join(", ", shown[..^1])} or {shown[^1]}" : string.Join(", ", shown) + more;
    }
}
