using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// Which rules accept a value of one kind of condition: a placement, a brand. Bits are indexed by the rule's position in its set. Rules
/// without the condition accept every value.
/// </summary>
/// <param name="words">Words of 64 rules each.</param>
internal sealed class ConditionTable<TKey>(int words, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Dictionary<TKey, ulong[]> _accepting = new(comparer);
    private readonly ulong[] _indifferent = AllOnes(words);
    private bool _idle = true;

    /// <summary>Restricts a rule to some values.</summary>
    public void Add(int rule, IEnumerable<TKey> values)
    {
        _idle = false;
        (int word, ulong bit) = (rule >> 6, 1UL << (rule & 63));
        _indifferent[word] &= ~bit;
        foreach (ulong[] others in _accepting.Values)
            others[word] &= ~bit;
        foreach (TKey value in values)
        {
            ref ulong[]? accepting = ref CollectionsMarshal.GetValueRefOrAddDefault(_accepting, value, out bool exists);
            if (!exists)
                accepting = (ulong[])_indifferent.Clone();
            accepting![word] |= bit;
        }
    }

    /// <summary>Clears the rules that do not accept a value.</summary>
    /// <param name="value">Null for none: only rules without the condition accept that.</param>
    public void Narrow(TKey? value, Span<ulong> rules)
    {
        if (_idle)
            return;
        ulong[] accepting = value is not null && _accepting.TryGetValue(value, out ulong[]? some) ? some : _indifferent;
        TensorPrimitives.BitwiseAnd(rules, accepting, rules);
    }

    private static ulong[] AllOnes(int words)
    {
        var bits = new ulong[words];
        Array.Fill(bits, ulong.MaxValue);
        return bits;
    }
}
