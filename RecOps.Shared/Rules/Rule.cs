namespace RecOps.Shared.Rules;

/// <summary>All rules together, as drafts and published versions hold them.</summary>
public sealed record RuleDocument
{
    public static readonly RuleDocument Empty = new();

    public Rule[] Rules { get; init; } = [];
}

/// <summary>
/// One business rule: <see cref="When"/> it applies, to which items (<see cref="Select"/>), and what it does (<see cref="Then"/>).
/// </summary>
public sealed record Rule
{
    /// <summary>1 to 64 letters, digits, dots, dashes and underscores; unique among rules.</summary>
    public string Id { get; init; } = "";

    /// <summary>1 to 120 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>A disabled rule does nothing.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>-1000 to 1000; where two rules want different things, the higher wins, then the more specific, then the lower id.</summary>
    public int Priority { get; init; }

    /// <summary>Who is responsible for it; at most 120 characters.</summary>
    public string? Owner { get; init; }

    /// <summary>Absent: always and everywhere.</summary>
    public RuleCondition? When { get; init; }

    /// <summary>Which items it is about.</summary>
    public RuleSelection? Select { get; init; }

    public RuleAction Then { get; init; } = new();
}

/// <summary>When a rule applies. Every given field must match; of several values, any one.</summary>
public sealed record RuleCondition
{
    /// <summary>The placements of the list.</summary>
    public string[]? Placements { get; init; }

    /// <summary>From the request, or else from the shopper in the model.</summary>
    public string[]? Segments { get; init; }

    /// <summary>From the request, or else from the shopper in the model.</summary>
    public string[]? Countries { get; init; }

    /// <summary>Behaviour clusters.</summary>
    public int[]? Clusters { get; init; }

    /// <summary>The item being viewed; without one the rule does not apply.</summary>
    public RuleSelection? Viewing { get; init; }

    public RuleSchedule? Schedule { get; init; }
}

/// <summary>Which items. Every given field must match an item; of several values, any one.</summary>
public sealed record RuleSelection
{
    public string[]? Categories { get; init; }

    public string[]? Brands { get; init; }

    /// <summary>Ids.</summary>
    public string[]? Items { get; init; }

    /// <summary>Items without a price match no range.</summary>
    public PriceRange? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>Values by attribute name.</summary>
    public Dictionary<string, string[]>? Attributes { get; init; }

    /// <summary>Bought by the shopper within this many days, 1 to 365.</summary>
    public int? BoughtWithinDays { get; init; }
}

/// <summary>In the shop's currency; either end may be open.</summary>
public sealed record PriceRange
{
    /// <summary>The price itself is in the range.</summary>
    public decimal? Min { get; init; }

    /// <summary>The price itself is in the range.</summary>
    public decimal? Max { get; init; }
}

/// <summary>When, in the local time of a zone. A time skipped by a clock change counts as the instant after the gap.</summary>
public sealed record RuleSchedule
{
    /// <summary>IANA name, such as Europe/Madrid.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>The start: 2026-11-27T18:00.</summary>
    public string? From { get; init; }

    /// <summary>The end, exclusive: 2026-11-30T00:00.</summary>
    public string? To { get; init; }

    /// <summary>Days of the week, from <see cref="RuleDay"/>; absent for all.</summary>
    public string[]? Days { get; init; }

    /// <summary>Time of day of the start, 18:00; used with <see cref="EndTime"/>.</summary>
    public string? StartTime { get; init; }

    /// <summary>Time of day of the end; when at or before the start, it is on the next day.</summary>
    public string? EndTime { get; init; }
}

/// <summary>What the rule does to the selected items.</summary>
public sealed record RuleAction
{
    /// <summary>One of <see cref="RuleType"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Factor of the score: boost 1 to 4, bury 0 to 1.</summary>
    public double? Strength { get; init; }

    /// <summary>Pin: the place, 1 to 100.</summary>
    public int? Position { get; init; }

    /// <summary>Pin: instead of <see cref="Position"/>, the lowest place that will do.</summary>
    public int? AtOrAbove { get; init; }

    /// <summary>Cap: how many, 0 to 100.</summary>
    public int? Max { get; init; }

    /// <summary>Cap: per category, brand or attribute:NAME; absent for all selected items together.</summary>
    public string? By { get; init; }

    /// <summary>Cap: within this many first places, 1 to 100; absent for the whole list.</summary>
    public int? Within { get; init; }
}

/// <summary>Values of <see cref="RuleAction.Type"/>.</summary>
public static class RuleType
{
    /// <summary>The items are never shown.</summary>
    public const string Exclude = "exclude";

    /// <summary>Only these items are shown.</summary>
    public const string Include = "include";

    public const string Boost = "boost";
    public const string Bury = "bury";

    /// <summary>The best of the items is put at a place.</summary>
    public const string Pin = "pin";

    /// <summary>At most this many of them.</summary>
    public const string Cap = "cap";

    /// <summary>In the order in which they are applied.</summary>
    public static readonly string[] All = [Exclude, Include, Boost, Bury, Cap, Pin];
}

/// <summary>Values of <see cref="RuleSchedule.Days"/>.</summary>
public static class RuleDay
{
    /// <summary>Starting with Monday.</summary>
    public static readonly string[] All = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
}
