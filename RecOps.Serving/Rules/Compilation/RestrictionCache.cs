using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RecOps.Serving.Clusters;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>Caches what each requested combination of excluding and including rules leaves of the catalogue.</summary>
internal sealed class RestrictionCache(RuleSet rules, ItemClasses classes, PopularItems popular)
{
    /// <summary>Memory limit for the item bits.</summary>
    private const long Room = 64 << 20;

    private const int MostKept = 4_096;
    private const int KeptPopular = 1_000;

    /// <summary>
    /// A restriction is kept for this multiple of its build time even if items have moved, so that rebuilding stays a small share of the
    /// time.
    /// </summary>
    private const int Patience = 20;

    private readonly ConcurrentDictionary<ulong, Lazy<Made>> _byRules = new();
    private readonly int _kept = (int)Math.Min(MostKept, Room / Math.Max(1, popular.Count / 8));
    private readonly ulong[] _restricting = Restricting(rules);

    public Restriction? Of(ReadOnlySpan<ulong> holding)
    {
        Span<ulong> wanted = stackalloc ulong[rules.Words];
        bool any = false;
        for (int word = 0; word < wanted.Length; word++)
            any |= (wanted[word] = holding[word] & _restricting[word]) != 0;
        if (!any)
            return null;
        ulong hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(wanted));
        if (_byRules.TryGetValue(hash, out Lazy<Made>? known))
        {
            Made made = known.Value;
            if (made.Moves == classes.Moves || Stopwatch.GetElapsedTime(made.At) < Patience * made.Took)
                return made.Restriction;
        }

        // Combinations come from few rules and few kinds of requests; if there were ever many, those in use come back at once.
        if (_byRules.Count >= _kept)
            _byRules.Clear();
        ulong[] kept = wanted.ToArray();
        var making = new Lazy<Made>(() => MakeTimed(kept));
        if (known is null)
            return Get(hash, _byRules.GetOrAdd(hash, making));

        // While one is being rebuilt, other requests use the existing one.
        return _byRules.TryUpdate(hash, making, known) ? Get(hash, making) : known.Value.Restriction;
    }

    /// <summary>A failed build is dropped: otherwise it would fail for everyone from then on.</summary>
    private Restriction? Get(ulong hash, Lazy<Made> making)
    {
        try
        {
            return making.Value.Restriction;
        }
        catch
        {
            _byRules.TryRemove(new KeyValuePair<ulong, Lazy<Made>>(hash, making));
            throw;
        }
    }

    private static ulong[] Restricting(RuleSet rules)
    {
        var bits = new ulong[rules.Words];
        for (int word = 0; word < bits.Length; word++)
            bits[word] = (rules.Excludes[word] | rules.Includes[word]) & ~rules.AskForBought[word];
        return bits;
    }

    private Made MakeTimed(ulong[] wanted)
    {
        int moves = classes.Moves;
        long start = Stopwatch.GetTimestamp();
        Restriction? restriction = Make(wanted);
        return new Made(restriction, moves, Stopwatch.GetTimestamp(), Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Evaluates classes of items, which are few; single items only when they are actually needed.</summary>
    private Restriction? Make(ulong[] wanted)
    {
        var allows = new bool[classes.Count];
        int count = 0;
        for (int number = 0; number < allows.Length; number++)
        {
            if (allows[number] = Allows(number, wanted))
                count += classes.SizeOf(number);
        }

        int items = popular.Count;
        return count == items
            ? null
            : new Restriction(KeyOf(wanted), count, items, () => ItemBits(items, IsLeft), () => popular.Best(KeptPopular, IsLeft));

        // Classes added since are evaluated each time.
        bool IsLeft(int item)
        {
            int number = classes.ClassOf(item);
            return number < allows.Length ? allows[number] : Allows(number, wanted);
        }
    }

    private static ulong[] ItemBits(int items, Func<int, bool> isLeft)
    {
        var bits = new ulong[(items + 63) >> 6];
        for (int item = 0; item < items; item++)
        {
            if (isLeft(item))
                bits[item >> 6] |= 1UL << (item & 63);
        }

        return bits;
    }

    private bool Allows(int number, ulong[] wanted)
    {
        ReadOnlySpan<ulong> selecting = classes.RulesOfClass(number);
        for (int word = 0; word < wanted.Length; word++)
        {
            ulong includes = wanted[word] & rules.Includes[word];
            if ((selecting[word] & wanted[word] & rules.Excludes[word]) != 0 || (selecting[word] & includes) != includes)
                return false;
        }

        return true;
    }

    private ulong KeyOf(ulong[] wanted)
    {
        var hash = new XxHash64();
        for (int rule = RuleBits.Next(wanted, 0); rule >= 0; rule = RuleBits.Next(wanted, rule + 1))
        {
            hash.Append(Encoding.UTF8.GetBytes(rules.Rules[rule].Then.Type));
            hash.Append(JsonSerializer.SerializeToUtf8Bytes(rules.Rules[rule].Select!, SelectionContract.Default.RuleSelection));
        }

        return hash.GetCurrentHashAsUInt64() | 1;
    }

    /// <param name="Moves">Class changes of items, when it was built.</param>
    /// <param name="At">Timestamp.</param>
    /// <param name="Took">Time to build it.</param>
    private sealed record Made(Restriction? Restriction, int Moves, long At, TimeSpan Took);
}
