using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>The rules that apply to one request, and what they say about an item. Its memory is reused for the next request.</summary>
internal sealed class HoldingRules
{
    /// <summary>Bounds of the score multiplier, however many rules boost an item.</summary>
    private const float MaxFactor = 4;

    private readonly BoughtItems _bought = new();
    private RuleSet? _set;
    private ulong[] _holding = [];
    private Restriction? _restriction;
    private bool _restrictionIsKnown;

    /// <summary>
    /// Written so that prefetches are not optimized away; an instance field, since one shared by all requests would be contended.
    /// </summary>
    private ulong _fetched;

    /// <summary>All rules, whether or not they apply.</summary>
    public RuleSet Set => _set!;

    /// <summary>Whether any rule applies.</summary>
    public bool Any { get; private set; }

    /// <summary>The applicable rules, one bit each by position in the set.</summary>
    public ReadOnlySpan<ulong> Bits => _holding.AsSpan(0, _set!.Words);

    /// <summary>The shopper's cluster, as passed to <see cref="Begin"/>; -1 for none.</summary>
    public int Cluster { get; private set; }

    /// <summary>Whether an applicable rule selects by purchases, once <see cref="BeginList"/> has looked.</summary>
    public bool AskForBought => _bought.AreAskedFor;

    /// <inheritdoc cref="RuleSet.NarrowOf"/>
    public Restriction? Narrow => Any ? _set!.NarrowOf(Bits) : null;

    /// <summary>
    /// The items that rules leave of the catalogue, for every shopper; null when they leave all. Use it only when a list is not enough:
    /// there is one per combination of rules, and each takes a pass over the catalogue.
    /// </summary>
    public Restriction? Restriction
    {
        get
        {
            // Asked for several times per request; each would be a lookup.
            if (_restrictionIsKnown)
                return _restriction;
            _restrictionIsKnown = true;
            return _restriction = Any ? _set!.RestrictionOf(Bits) : null;
        }
    }

    /// <summary>Finds the rules that apply to a request.</summary>
    public void Begin(RuleSet rules, in RuleContext moment)
    {
        _set = rules;
        if (_holding.Length < rules.Words)
            _holding = new ulong[rules.Words];
        Any = rules.Hold(moment, _holding.AsSpan(0, rules.Words));
        Cluster = moment.Cluster;
        _restrictionIsKnown = false;
    }

    /// <summary>Loads the shopper's purchases if a rule selects by them, and prefetches the state of the first ranked items.</summary>
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

    /// <summary>Whether rules leave an item.</summary>
    public bool Leave(int item, in ListInput input)
    {
        if (!Any)
            return true;
        Span<ulong> selecting = stackalloc ulong[_set!.Words];
        return Look(item, selecting, input).IsLeft;
    }

    /// <summary>
    /// Evaluates an item once: which rules select it, whether they leave it, whether any weighs or pins it. Only valid if <see
    /// cref="Any"/>.
    /// </summary>
    /// <param name="selecting">The applicable rules that select the item; filled in.</param>
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

        // Some of those rules select it only if the shopper bought it, and then another rule may decide.
        _bought.Narrow(item, selecting, input);
        return new Looked(RemovedBy(selecting) < 0, true, true);
    }

    /// <param name="selecting">As found by <see cref="Look"/>.</param>
    /// <returns>The rule that excludes the item; -1 for none.</returns>
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

    /// <summary>The item's score multiplier.</summary>
    /// <param name="selecting">As found by <see cref="Look"/>.</param>
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

    /// <param name="IsLeft">No rule excludes the item.</param>
    /// <param name="IsWeighed">A boost or bury may select it.</param>
    /// <param name="IsPinned">A pin may select it.</param>
    internal readonly record struct Looked(bool IsLeft, bool IsWeighed, bool IsPinned);
}
