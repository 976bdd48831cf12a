using System.Numerics;
using RecOps.Serving.Catalog;
using RecOps.Serving.Clusters;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules;

/// <summary>
/// A published version of all rules, compiled for one model.
/// 1. Rules are sorted by precedence; a rule's position is its bit in sets of 64-bit words.
/// 2. The rules that apply to a request are a conjunction of a few rows of bits: schedule, placement, country, segment, cluster, viewed
/// item.
/// 3. The rules that select an item are the row of its class (<see cref="ItemClasses"/>).
/// 4. Both cost a few lookups, however many rules there are. <see cref="ListArrangement"/> applies them.
/// Source: docs/decisions/0012-rules-by-classes.md.
/// </summary>
internal sealed class RuleSet : IDisposable
{
    private readonly ConditionTable<string> _placements;
    private readonly ConditionTable<string> _countries;
    private readonly ConditionTable<string> _segments;
    private readonly ConditionTable<int> _clusters;
    private readonly SelectionTable _viewing;
    private readonly ulong[] _asksForViewed;
    private readonly RuleTimes _times;
    private readonly ItemClasses? _classes;
    private readonly int _items;

    /// <summary>Number of items that each rule selected at compilation.</summary>
    private readonly int[] _selected;

    private readonly Lazy<RestrictionCache> _restrictions;
    private readonly ItemCatalog _catalog;
    private readonly PopularItems _popular;
    private PinRule?[] _pinRules = [];
    private object? _pinnedOf;

    /// <param name="document">Validated.</param>
    /// <param name="version">0 for none ever published.</param>
    public RuleSet(RuleDocument document, int version, ItemCatalog catalog, PopularItems popular)
    {
        Version = version;
        Rules = [.. document.Rules.Order(RuleOrder.Instance)];
        Words = RuleBits.WordsOf(Rules.Length);
        JsonIds = Array.ConvertAll(Rules, rule => EncodedId(rule.Id));
        (_placements, _countries, _segments, _clusters) = (Texts(), Texts(), Texts(), new ConditionTable<int>(Words));
        _asksForViewed = Bits(rule => rule.When?.Viewing is not null);
        _viewing = new SelectionTable(catalog, Array.ConvertAll(Rules, rule => rule.When?.Viewing));
        for (int place = 0; place < Rules.Length; place++)
            AddConditions(place, Rules[place].When);
        _times = new RuleTimes(
            Array.ConvertAll(Rules, rule => rule.When?.Schedule is { } schedule ? new ScheduleWindows(schedule) : null),
            Bits(rule => rule.Enabled)
        );
        Excludes = Bits(rule => rule.Then.Type == RuleType.Exclude);
        Includes = Bits(rule => rule.Then.Type == RuleType.Include);
        Weighs = Bits(rule => rule.Then.Type is RuleType.Boost or RuleType.Bury);
        Pins = Bits(rule => rule.Then.Type == RuleType.Pin);
        Caps = Bits(rule => rule.Then.Type == RuleType.Cap);
        AskForBought = Bits(rule => rule.Select?.BoughtWithinDays is not null);
        Factors = Array.ConvertAll(Rules, rule => (float)(rule.Then.Strength ?? 1));
        var selections = new SelectionTable(catalog, Array.ConvertAll(Rules, rule => rule.Select));
        if (Words > 0)
            _classes = new ItemClasses(catalog, selections);
        CapRules = Array.ConvertAll(Rules, rule => rule.Then.Type == RuleType.Cap ? new CapRule(rule.Then, catalog) : null);
        (_catalog, _popular) = (catalog, popular);
        RenewPins();
        _items = catalog.Count;
        _selected = _classes?.CountByRule(Rules.Length) ?? [];
        _restrictions = new Lazy<RestrictionCache>(() => new RestrictionCache(this, _classes!, popular));
    }

    /// <summary>0 when none were ever published, and while rules are switched off.</summary>
    public int Version { get; }

    /// <summary>In order of precedence.</summary>
    public Rule[] Rules { get; }

    /// <summary>Length of a set of rules, in words of 64.</summary>
    public int Words { get; }

    /// <summary>Ids in quotes, as answers write them.</summary>
    public byte[][] JsonIds { get; }

    public ulong[] Excludes { get; }

    public ulong[] Includes { get; }

    /// <summary>Boosts and buries.</summary>
    public ulong[] Weighs { get; }

    public ulong[] Pins { get; }

    public ulong[] Caps { get; }

    /// <summary>Rules that select by purchases.</summary>
    public ulong[] AskForBought { get; }

    /// <summary>Score multipliers; 1 for rules that do not weigh.</summary>
    public float[] Factors { get; }

    /// <summary>By position of the rule; null for other types.</summary>
    public CapRule?[] CapRules { get; }

    /// <summary>By position of the rule; null for other types.</summary>
    public PinRule?[] PinRules => Volatile.Read(ref _pinRules);

    /// <summary>One bit for each rule that selects an item, for every shopper.</summary>
    public ReadOnlySpan<ulong> Selecting(int item) => _classes!.RulesOf(item);

    /// <summary>
    /// Prefetches the state of items that will be needed next. They are scattered over the catalogue: fetched one by one, each would be
    /// waited for; together they arrive at once.
    /// </summary>
    public ulong Fetch(ReadOnlySpan<int> items) => _classes!.Fetch(items);

    /// <summary>Updates the pins' substitutes to the current popular items.</summary>
    public void RenewPins()
    {
        object edition = _popular.Edition;
        if (Interlocked.Exchange(ref _pinnedOf, edition) == edition)
            return;
        var pins = new PinRule?[Rules.Length];
        PinRule.AddTo(pins, this, _catalog, _popular);
        Volatile.Write(ref _pinRules, pins);
    }

    /// <summary>Finds the rules that apply.</summary>
    /// <param name="holding"><see cref="Words"/> long; filled in.</param>
    /// <returns>Whether any rule applies.</returns>
    public bool Hold(in RuleContext moment, Span<ulong> holding)
    {
        if (Words == 0)
            return false;
        _times.At(moment.Now).CopyTo(holding);
        _placements.Narrow(moment.Placement, holding);
        _countries.Narrow(moment.Country, holding);
        _segments.Narrow(moment.Segment, holding);
        _clusters.Narrow(moment.Cluster, holding);
        if (moment.Viewed >= 0)
        {
            _viewing.Narrow(moment.Viewed, holding);
        }
        else
        {
            for (int word = 0; word < Words; word++)
                holding[word] &= ~_asksForViewed[word];
        }

        return RuleBits.Any(holding);
    }

    /// <summary>
    /// The items to compute a list from where the applicable rules leave so few that a list from the whole catalogue can hardly be enough;
    /// null otherwise. The includes are evaluated first: there are few combinations of them, and excludes rarely remove much of what is
    /// left.
    /// </summary>
    public Restriction? NarrowOf(ReadOnlySpan<ulong> holding)
    {
        Span<ulong> including = stackalloc ulong[holding.Length];
        bool any = false;
        long excluded = 0;
        for (int word = 0; word < holding.Length; word++)
        {
            any |= (including[word] = holding[word] & Includes[word]) != 0;
            for (ulong excludes = holding[word] & Excludes[word]; excludes != 0; excludes &= excludes - 1)
                excluded += _selected[(word << 6) + BitOperations.TrailingZeroCount(excludes)];
        }

        if (any)
            return RestrictionOf(including) is { IsNarrow: true } left ? left : null;

        // An upper bound, as they may select the same items.
        return excluded * 4 > _items * 3L && RestrictionOf(holding) is { IsNarrow: true } rest ? rest : null;
    }

    /// <summary>The items that excluding and including rules leave for every shopper; null when they leave all.</summary>
    public Restriction? RestrictionOf(ReadOnlySpan<ulong> holding) => Words == 0 ? null : _restrictions.Value.Of(holding);

    /// <summary>Distinct sets of rules that select an item, with the number of items for each.</summary>
    public (ulong[] Rules, int Count)[] ClassSizes() => _classes?.Sizes() ?? [];

    public void Dispose() => _classes?.Dispose();

    private ConditionTable<string> Texts() => new(Words, StringComparer.OrdinalIgnoreCase);

    private static byte[] EncodedId(string id)
    {
        byte[] text = new byte[(id.Length * JsonText.BytesPerCharacter) + 2];
        int length = JsonText.Encode(id, text.AsSpan(1));
        text[0] = text[length + 1] = (byte)'"';
        return text[..(length + 2)];
    }

    private void AddConditions(int place, RuleCondition? when)
    {
        if (when?.Placements is { } placements)
            _placements.Add(place, placements);
        if (when?.Countries is { } countries)
            _countries.Add(place, countries);
        if (when?.Segments is { } segments)
            _segments.Add(place, segments);
        if (when?.Clusters is { } clusters)
            _clusters.Add(place, clusters);
    }

    private ulong[] Bits(Predicate<Rule> of)
    {
        var bits = new ulong[Words];
        for (int place = 0; place < Rules.Length; place++)
        {
            if (of(Rules[place]))
                RuleBits.Set(bits, place);
        }

        return bits;
    }
}
