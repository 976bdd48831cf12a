using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>The rules that hold for one request, and what they say of an item. Its memory is used again for the next request.</summary>
internal sealed class HoldingRules
{
    /// <summary>What scores are multiplied by, however many rules boost an item.</summary>
    private const float MaxFactor = 4;

    private readonly BoughtItems _bought = new();
    private RuleSet? _set;
    private ulong[] _holding = [];
    private Restriction? _restriction;
    private bool _restrictionIsKnown;

    /// <summary>
    /// Written so that what was loaded is not taken for needless; here, as a place that all requests share would be waited for.
    /// </summary>
    private ulong _fetched;

    /// <summary>All rules, whether or not they hold.</summary>
    public RuleSet Set => _set!;

    /// <summary>Whether any holds.</summary>
    public bool Any { get; private set; }

    /// <summary>The rules that hold, one bit each by place in the set.</summary>
    public ReadOnlySpan<ulong> Bits => _holding.AsSpan(0, _set!.Words);

    /// <summary>The shopper's, as <see cref="Begin"/> was told; -1 for none.</summary>
    public int Cluster { get; private set; }

    /// <summary>Whether one that holds asks for what the shopper bought, once <see cref="BeginList"/> has looked.</summary>
    public bool AskForBought => _bought.AreAskedFor;

    /// <inheritdoc cref="RuleSet.NarrowOf"/>
    public Restriction? Narrow => Any ? _set!.NarrowOf(Bits) : null;

    /// <summary>
    /// The items that rules leave of the catalogue, whoever asks; null when they leave all. To be asked only where a list is not enough:
    /// there are as many as combinations of rules, and each takes a walk through the catalogue.
    /// </summary>
    public Restriction? Restriction
    {
        get
        {
            // Asked for several times on a request's way, and a look-up each time.
            if (_restrictionIsKnown)
                return _restriction;
            _restrictionIsKnown = true;
            return _restriction = Any ? _set!.RestrictionOf(Bits) : null;
        }
    }

    /// <summary>Finds the rules that hold for a request.</summary>
    public void Begin(RuleSet rules, in RuleContext moment)
    {
        _set = rules;
        if (_holding.Length < rules.Words)
            _holding = new ulong[rules.Words];
        Any = rules.Hold(moment, _holding.AsSpan(0, rules.Words));
        Cluster = moment.Cluster;
        _restrictionIsKnown = false;
    }

    /// <summary>
    /// Learns what the shopper bought, where a rule asks for it, and loads what will be asked about the first ranked items.
    /// </summary>
    /// <param name="first">How many.</param>
    public void BeginList(in ListInput input, int first)
    {
        _bought.Begin(_set!, Any ? Bits : default, input);
        if (!Any)
            return;
        ReadOnlySpan<int> items = input.Ranked.Ordinals;
        items = items[..Math.Min(items.Length, first)];
        _fetched = _set!.Fetch(items) | (input.Filter.Fetch(items) ? 1UL : 0);
    }

    /// <summary>Whether no rule takes an item out.</summary>
    public bool Leave(int item, in ListInput input)
    {
        if (!Any)
            return true;
        Span<ulong> selecting = stackalloc ulong[_set!.Words];
        return Look(item, selecting, input).IsLeft;
    }

    /// <summary>
    /// Looks at an item once: which rules select it, whether they leave it, whether any weighs or pins it. Only where <see cref="Any"/>
    /// holds.
    /// </summary>
    /// <param name="selecting">The rules that hold and select the item; filled.</param>
    public Looked Look(int item, Span<ulong> selecting, in ListInput input)
    {
        ref ulong of = ref MemoryMarshal.GetReference(_set!.Selecting(item));
        ref ulong into = ref MemoryMarshal.GetReference(selecting);
        ref ulong holding = ref _holding[0];
        Vector256<ulong> against = default;
        Vector256<ulong> weighing = default;
        Vector256<ulong> pinning = default;
        for (nuint word = 0; word < (nuint)selecting.Length; word += RuleBits.WordsAtOnce)
        {
            Vector256<ulong> hold = Vector256.LoadUnsafe(ref holding, word);
            Vector256<ulong> selects = Vector256.LoadUnsafe(ref of, word) & hold;
            selects.StoreUnsafe(ref into, word);
            Vector256<ulong> includes = Vector256.LoadUnsafe(ref _set.Includes[0], word) & hold;
            against |= (selects & Vector256.LoadUnsafe(ref _set.Excludes[0], word)) | (includes & ~selects);
            weighing |= selects & Vector256.LoadUnsafe(ref _set.Weighs[0], word);
            pinning |= selects & Vector256.LoadUnsafe(ref _set.Pins[0], word);
        }

        if (!_bought.AreAskedFor)
            return new Looked(against == default, weighing != default, pinning != default);

        // Some of those rules select it only when the shopper bought it, and then it may be another that decides.
        _bought.Narrow(item, selecting, input);
        return new Looked(RemovedBy(selecting) < 0, true, true);
    }

    /// <param name="selecting">Of an item, as <see cref="Look"/> found them.</param>
    /// <returns>The rule that keeps the item out; -1 for none.</returns>
    public int RemovedBy(ReadOnlySpan<ulong> selecting)
    {
        for (int word = 0; word < selecting.Length; word++)
        {
            ulong against = (selecting[word] & _set!.Excludes[word]) | (_holding[word] & _set.Includes[word] & ~selecting[word]);
            if (against != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(against);
        }

        return -1;
    }

    /// <summary>What an item's score is multiplied by.</summary>
    /// <param name="selecting">As <see cref="Look"/> found them.</param>
    public float FactorOf(ReadOnlySpan<ulong> selecting)
    {
        float factor = 1;
        for (int word = 0; word < selecting.Length; word++)
        {
            ulong weighing = selecting[word] & _set!.Weighs[word];
            while (weighing != 0)
            {
                factor *= _set.Factors[(word << 6) + BitOperations.TrailingZeroCount(weighing)];
                weighing &= weighing - 1;
            }
        }

        return Math.Min(factor, MaxFactor);
    }

    /// <param name="IsLeft">No rule takes the item out.</param>
    /// <param name="IsWeighed">A boost or bury may select it.</param>
    /// <param name="IsPinned">A pin may select it.</param>
    internal readonly record struct Looked(bool IsLeft, bool IsWeighed, bool IsPinned);
}
