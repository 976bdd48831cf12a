using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Validation;

/// <summary>
/// Finds rules that are valid but probably not intended: rules that can never apply, rules that others undo, pins that compete for a
/// position, placements with too few items left. Selections are evaluated on the current catalogue.
/// </summary>
internal sealed class RuleConflicts
{
    private const int ListPlaces = 20;
    private const int MostWarnings = 500;
    private readonly ServingModel _model;
    private readonly RuleSet _rules;
    private readonly DateTimeOffset _now;
    private readonly List<RuleWarning> _warnings = [];
    private readonly (ulong[] Rules, int Count)[] _classes;
    private readonly int[] _selected;

    private RuleConflicts(ServingModel model, RuleSet rules, DateTimeOffset now)
    {
        (_model, _rules, _now) = (model, rules, now);
        _classes = rules.ClassSizes();
        _selected = new int[rules.Rules.Length];
        foreach ((ulong[] selecting, int count) in _classes)
        {
            for (int rule = RuleBits.Next(selecting, 0); rule >= 0 && rule < _selected.Length; rule = RuleBits.Next(selecting, rule + 1))
                _selected[rule] += count;
        }
    }

    /// <param name="rules">Compiled from valid rules, for the model.</param>
    public static RuleWarning[] Find(ServingModel model, RuleSet rules, IReadOnlyCollection<string> placements, DateTimeOffset now)
    {
        var conflicts = new RuleConflicts(model, rules, now);
        for (int rule = 0; rule < rules.Rules.Length; rule++)
            conflicts.LookAt(rule);
        conflicts.FindPairs();
        conflicts.FindCappedPins();
        conflicts.FindEmptyPlacements(placements);
        return [.. conflicts._warnings.Take(MostWarnings)];
    }

    private void LookAt(int place)
    {
        Rule rule = _rules.Rules[place];
        if (rule.Select is { } select)
            NameUnknown(rule, select);
        if (rule.When?.Viewing is { } viewing)
            NameUnknown(rule, viewing);
        int clusters = _model.Manifest.Counts.Clusters;
        foreach (int cluster in rule.When?.Clusters ?? [])
        {
            if (cluster >= clusters)
                Warn(RuleWarningKind.Unknown, rule, $"The model has no cluster {cluster}. Clusters are 0 to {clusters - 1}.");
        }

        if (!rule.Enabled)
            return;
        if (
            rule.When?.Schedule is { } schedule
            && !new ScheduleWindows(schedule).IsOn(_now, out DateTimeOffset next)
            && next == DateTimeOffset.MaxValue
        )
            Warn(RuleWarningKind.NeverApplies, rule, "Its schedule has ended.");
        if (rule.Then.Type == RuleType.Pin && _selected[place] > 0 && rule.Select?.Items is { } items && Array.TrueForAll(items, IsSoldOut))
            Warn(RuleWarningKind.NeverApplies, rule, "All items that it pins are sold out, and sold-out items are not shown.");
        if (rule.Select is not null && _selected[place] == 0)
            Warn(RuleWarningKind.NeverApplies, rule, "It selects no item in the catalogue.");
    }

    private bool IsSoldOut(string id) => !_model.Catalog.TryGetOrdinal(id, out int item) || !_model.Catalog.InStock[item];

    private void NameUnknown(Rule rule, RuleSelection selection)
    {
        string[] unknown =
        [
            .. (selection.Categories ?? [])
                .Where(value => !_model.Catalog.Categories.TryGetCode(value, out _))
                .Select(value => $"category '{value}'"),
            .. (selection.Brands ?? []).Where(value => !_model.Catalog.Brands.TryGetCode(value, out _)).Select(value => $"brand '{value}'"),
            .. (selection.Items ?? []).Where(id => !_model.Catalog.TryGetOrdinal(id, out _)).Select(id => $"item '{id}'"),
        ];
        if (unknown.Length == 0)
            return;
        const int named = 3;
        string more = unknown.Length > named ? $" and {unknown.Length - named} more" : "";
        Warn(RuleWarningKind.Unknown, rule, $"Not in the catalogue: {string.Join(", ", unknown.Take(named))}{more}.");
    }

    private void FindPairs()
    {
        Rule[] rules = _rules.Rules;
        for (int one = 0; one < rules.Length; one++)
        {
            if (!rules[one].Enabled || _selected[one] == 0)
                continue;
            for (int other = 0; other < rules.Length; other++)
            {
                if (one == other || !rules[other].Enabled)
                    continue;
                if (rules[other].Then.Type == RuleType.Exclude && IsCoveredBy(one, other))
                    Shadow(one, other);
                if (rules[other].Then.Type == RuleType.Include && rules[one].Then.Type == RuleType.Pin && IsKeptOutBy(one, other))
                    Warn(
                        RuleWarningKind.Shadowed,
                        rules[one],
                        $"'{rules[other].Name}' only shows items that this rule does not pin, whenever this rule applies.",
                        rules[other].Id
                    );
                if (other > one && ArePinsOfOnePlace(rules[one], rules[other]))
                {
                    Warn(
                        RuleWarningKind.PinsCollide,
                        rules[other],
                        $"'{rules[one].Name}' also pins to position {PlaceOf(rules[one])} and comes first. This rule moves to the next "
                            + $"free position below, or above if there is none.",
                        rules[one].Id
                    );
                }
            }
        }
    }

    private void Shadow(int place, int by)
    {
        Rule rule = _rules.Rules[place];
        Rule excluding = _rules.Rules[by];

        // Of two rules that exclude the same items, one is redundant: the warning goes to the later one.
        if (rule.Then.Type == RuleType.Exclude && by > place && IsCoveredBy(by, place))
            return;
        string what =
            rule.Then.Type == RuleType.Exclude
                ? "already excludes all of this"
                : $"excludes everything that this rule would {rule.Then.Type}";
        Warn(RuleWarningKind.Shadowed, rule, $"'{excluding.Name}' {what}, whenever this rule applies.", excluding.Id);
    }

    /// <summary>Whether one rule applies, and selects an item, only where the other does.</summary>
    private bool IsCoveredBy(int one, int other)
    {
        Rule inner = _rules.Rules[one];
        Rule outer = _rules.Rules[other];
        if (outer.Select?.BoughtWithinDays is not null && outer.Select.BoughtWithinDays != inner.Select?.BoughtWithinDays)
            return false;
        if (!IsWithin(inner.When ?? new RuleCondition(), outer.When ?? new RuleCondition()))
            return false;
        foreach ((ulong[] selecting, _) in _classes)
        {
            if (RuleBits.Has(selecting, one) && !RuleBits.Has(selecting, other))
                return false;
        }

        return true;
    }

    /// <summary>Whether an include applies wherever a pin does, and leaves none of the pinned items.</summary>
    private bool IsKeptOutBy(int pin, int include)
    {
        if (!IsWithin(_rules.Rules[pin].When ?? new RuleCondition(), _rules.Rules[include].When ?? new RuleCondition()))
            return false;
        foreach ((ulong[] selecting, _) in _classes)
        {
            if (RuleBits.Has(selecting, pin) && RuleBits.Has(selecting, include))
                return false;
        }

        return true;
    }

    /// <summary>Pins of one item each, where a cap lets only some stand at their position.</summary>
    private void FindCappedPins()
    {
        Rule[] rules = _rules.Rules;
        for (int place = 0; place < rules.Length; place++)
        {
            if (!rules[place].Enabled || _rules.CapRules[place] is not { } cap)
                continue;
            var counts = new Dictionary<int, int>();
            for (int pin = 0; pin < rules.Length; pin++)
            {
                if (
                    !rules[pin].Enabled
                    || rules[pin].Then.Type != RuleType.Pin
                    || PlaceOf(rules[pin]) > cap.Within
                    || !CanMeet(rules[pin], rules[place])
                )
                    continue;
                if (rules[pin].Select?.Items is not [var id] || !_model.Catalog.TryGetOrdinal(id, out int item))
                    continue;
                int group = RuleBits.Has(_rules.Selecting(item), place) ? cap.GroupOf(item) : -1;
                if (group < 0)
                    continue;
                int before = counts.GetValueOrDefault(group);
                counts[group] = before + 1;
                if (before < cap.Max)
                    continue;
                string then = cap.Within == int.MaxValue ? "is left out" : $"moves below position {cap.Within}";
                Warn(
                    RuleWarningKind.PinsCollide,
                    rules[pin],
                    $"'{rules[place].Name}' allows {cap.Max} such {(cap.Max == 1 ? "item" : "items")}"
                        + $"{(cap.Within == int.MaxValue ? "" : $" in the first {cap.Within} positions")}, "
                        + $"and earlier pins reach that limit. This rule's item {then}.",
                    rules[place].Id
                );
            }
        }
    }

    private static bool IsWithin(RuleCondition inner, RuleCondition outer) =>
        IsPartOf(inner.Placements, outer.Placements)
        && IsPartOf(inner.Countries, outer.Countries)
        && IsPartOf(inner.Segments, outer.Segments)
        && (outer.Clusters is null || (inner.Clusters is not null && inner.Clusters.All(outer.Clusters.Contains)))
        && (outer.Viewing is null || RuleJson.Same(outer.Viewing, inner.Viewing))
        && (outer.Schedule is null || RuleJson.Same(outer.Schedule, inner.Schedule));

    private static bool IsPartOf(string[]? inner, string[]? outer) =>
        outer is null || (inner is not null && inner.All(value => outer.Contains(value, StringComparer.OrdinalIgnoreCase)));

    private static bool ArePinsOfOnePlace(Rule one, Rule other)
    {
        if (one.Then.Type != RuleType.Pin || other.Then.Type != RuleType.Pin || PlaceOf(one) != PlaceOf(other))
            return false;
        return CanMeet(one, other);
    }

    /// <summary>Whether both can apply to one list, as far as their conditions say.</summary>
    private static bool CanMeet(Rule one, Rule other)
    {
        (RuleCondition a, RuleCondition b) = (one.When ?? new RuleCondition(), other.When ?? new RuleCondition());
        return Meet(a.Placements, b.Placements)
            && Meet(a.Countries, b.Countries)
            && Meet(a.Segments, b.Segments)
            && (a.Clusters is null || b.Clusters is null || a.Clusters.Intersect(b.Clusters).Any());
    }

    private static bool Meet(string[]? a, string[]? b) => a is null || b is null || a.Intersect(b, StringComparer.OrdinalIgnoreCase).Any();

    private static int PlaceOf(Rule pin) => pin.Then.Position ?? pin.Then.AtOrAbove ?? 0;

    /// <summary>Counts what is left for everyone: rules that apply only to some are ignored.</summary>
    private void FindEmptyPlacements(IReadOnlyCollection<string> placements)
    {
        var holding = new ulong[_rules.Words];
        foreach (string placement in placements)
        {
            if (
                !_rules.Hold(new RuleContext(placement, "", "", -1, -1, _now), holding)
                || _rules.RestrictionOf(holding) is not { } left
                || left.Count >= ListPlaces
            )
                continue;
            string[] ids =
            [
                .. Enumerable
                    .Range(0, _rules.Rules.Length)
                    .Where(rule => RuleBits.Has(holding, rule) && _rules.Rules[rule].Then.Type is RuleType.Exclude or RuleType.Include)
                    .Select(rule => _rules.Rules[rule].Id),
            ];
            _warnings.Add(
                new RuleWarning(
                    RuleWarningKind.TooFewLeft,
                    "",
                    $"On {placement}, only {left.Count} of {_model.Catalog.Count:N0} items are left. Lists there will be short.",
                    ids
                )
            );
        }
    }

    private void Warn(string kind, Rule rule, string message, params string[] others) =>
        _warnings.Add(new RuleWarning(kind, rule.Id, message, others));
}
