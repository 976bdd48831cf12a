using System.Numerics;
using RecOps.Serving.Catalog;
using RecOps.Serving.Clusters;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules;

/// <summary>
/// A published version of all rules, made ready for one model. Rules are bits by their order of precedence; which hold for a request
/// and which select an item are a few lookups and conjunctions however many there are. <see cref="ListArrangement"/> applies them.
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

    /// <summary>Items that each rule selected when they were made ready.</summary>
    private readonly int[] _selected;

    private readonly Lazy<RestrictionCache> _restrictions;
    private readonly ItemCatalog _catalog;
    private readonly PopularItems _popular;
    private PinRule?[] _pinRules = [];
    private object? _pinnedOf;

    /// <param name="document">Valid.</param>
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

    /// <summary>Ids as answers have them, in quotes.</summary>
    public byte[][] JsonIds { get; }

    public ulong[] Excludes { get; }

    public ulong[] Includes { get; }

    /// <summary>Boosts and buries.</summary>
    public ulong[] Weighs { get; }

    public ulong[] Pins { get; }

    public ulong[] Caps { get; }

    /// <summary>Rules that select only what the shopper has bought.</summary>
    public ulong[] AskForBought { get; }

    /// <summary>What scores are multiplied by; 1 for rules that do not weigh.</summary>
    public float[] Factors { get; }

    /// <summary>By place of the rule; null for rules of other types.</summary>
    public CapRule?[] CapRules { get; }

    /// <summary>By place of the rule; null for rules of other types.</summary>
    public PinRule?[] PinRules => Volatile.Read(ref _pinRules);

    /// <summary>One bit for each rule that selects an item, whoever asks.</summary>
    public ReadOnlySpan<ulong> Selecting(int item) => _classes!.RulesOf(item);

    /// <summary>
    /// Has the processor load what it will be asked about items next. They are all over the catalogue: one after the other each would be
    /// waited for, together they come at once.
    /// </summary>
    public ulong Fetch(ReadOnlySpan<int> items) => _classes!.Fetch(items);

    /// <summary>Has pins take what is popular by now where none of the items that they select is in the running.</summary>
    public void RenewPins()
    {
        object edition = _popular.Edition;
        if (Interlocked.Exchange(ref _pinnedOf, edition) == edition)
            return;
        var pins = new PinRule?[Rules.Length];
        PinRule.AddTo(pins, this, _catalog, _popular);
        Volatile.Write(ref _pinRules, pins);
    }

    /// <summary>Finds the rules that hold.</summary>
    /// <param name="holding"><see cref="Words"/> long; filled.</param>
    /// <returns>Whether any does.</returns>
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
    /// The items to make a list from where the rules that hold leave so few that one made from all can hardly be enough; null where it can.
    /// What includes leave is looked at by itself: there are few combinations of those, and excludes rarely take much of what is left.
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

        // As much as that they take at most, as they may select the same items.
        return excluded * 4 > _items * 3L && RestrictionOf(holding) is { IsNarrow: true } rest ? rest : null;
    }

    /// <summary>The items that are left of the catalogue by the rules that exclude and include whoever asks; null when all are.</summary>
    public Restriction? RestrictionOf(ReadOnlySpan<ulong> holding) => Words == 0 ? null : _restrictions.Value.Of(holding);

    /// <summary>Different sets of rules that select an item, with how many items each selects.</summary>
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
