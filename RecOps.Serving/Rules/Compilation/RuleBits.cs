using System.Numerics;
using System.Runtime.CompilerServices;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>Sets of rules as bits, indexed by the rule's position in its set.</summary>
internal static class RuleBits
{
    /// <summary>Sets are padded to a multiple of this many words, so that they are read a vector at a time.</summary>
    public const int WordsAtOnce = 4;

    /// <summary>Words needed for a number of rules.</summary>
    public static int WordsOf(int rules) => (((rules + 63) >> 6) + WordsAtOnce - 1) / WordsAtOnce * WordsAtOnce;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(ReadOnlySpan<ulong> rules, int rule) => (rules[rule >> 6] & (1UL << (rule & 63))) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<ulong> rules, int rule) => rules[rule >> 6] |= 1UL << (rule & 63);

    public static bool Any(ReadOnlySpan<ulong> rules) => rules.ContainsAnyExcept(0UL);

    /// <summary>The rules of a set in order: <c>for (int rule = Next(rules, 0); rule >= 0; rule = Next(rules, rule + 1))</c>.</summary>
    /// <returns>The first rule from a position on; -1 for none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(ReadOnlySpan<ulong> rules, int from)
    {
        int word = from >> 6;
        if (word >= rules.Length)
            return -1;
        ulong bits = rules[word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word >= rules.Length)
                return -1;
            bits = rules[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }
}
