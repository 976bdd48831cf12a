using System.IO.Hashing;
using System.Runtime.InteropServices;
using RecOps.Serving.Catalog;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// Maps items to the rules that select them. Reading takes no lock.
/// 1. Each item's rules are found once as a row of bits (<see cref="SelectionTable"/>).
/// 2. Items with the same row share a class, so that millions of items need a number each and few rows.
/// 3. A changed price, stock or attribute moves the item to another class at once.
/// </summary>
internal sealed class ItemClasses : IDisposable
{
    private const int FetchedAtOnce = 64;
    private readonly ItemCatalog _catalog;
    private readonly SelectionTable _selections;
    private readonly int[] _classes;
    private readonly Dictionary<ulong, int> _byHash = [];
    private readonly Lock _changes = new();
    private ulong[] _rows;
    private int[] _sizes;
    private int _moves;
    private int _count;

    public ItemClasses(ItemCatalog catalog, SelectionTable selections)
    {
        _catalog = catalog;
        _selections = selections;
        _classes = new int[catalog.Count];
        _rows = new ulong[16 * selections.Words];
        _sizes = new int[16];
        lock (_changes)
        {
            catalog.Changed += Move;
            Span<ulong> row = stackalloc ulong[selections.Words];
            for (int item = 0; item < _classes.Length; item++)
            {
                int number = _classes[item] = ClassOf(item, row);
                _sizes[number]++;
            }
        }
    }

    /// <summary>Number of classes ever created.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How often items changed their class.</summary>
    public int Moves => Volatile.Read(ref _moves);

    /// <summary>One bit for each rule that selects the item.</summary>
    public ReadOnlySpan<ulong> RulesOf(int item) => RulesOfClass(Volatile.Read(ref _classes[item]));

    /// <summary>Prefetches the rows of many items.</summary>
    /// <returns>A meaningless value: without it, the loads would be optimized away.</returns>
    public ulong Fetch(ReadOnlySpan<int> items)
    {
        Span<int> numbers = stackalloc int[FetchedAtOnce];
        ulong any = 0;
        for (int start = 0; start < items.Length; start += FetchedAtOnce)
        {
            ReadOnlySpan<int> some = items[start..Math.Min(items.Length, start + FetchedAtOnce)];
            for (int i = 0; i < some.Length; i++)
                numbers[i] = Volatile.Read(ref _classes[some[i]]);

            // Read only now: an item may just have moved to a class that older rows lack.
            ulong[] rows = Volatile.Read(ref _rows);
            for (int i = 0; i < some.Length; i++)
                any |= rows[numbers[i] * _selections.Words] | rows[((numbers[i] + 1) * _selections.Words) - 1];
        }

        return any;
    }

    public int ClassOf(int item) => Volatile.Read(ref _classes[item]);

    /// <summary>One bit for each rule that selects the items of a class.</summary>
    public ReadOnlySpan<ulong> RulesOfClass(int number) => Volatile.Read(ref _rows).AsSpan(number * _selections.Words, _selections.Words);

    /// <summary>Number of items in a class.</summary>
    public int SizeOf(int number) => Volatile.Read(ref _sizes)[number];

    /// <summary>The rules of each class, with how many items are in it.</summary>
    public (ulong[] Rules, int Count)[] Sizes()
    {
        lock (_changes)
            return
            [
                .. Enumerable
                    .Range(0, Count)
                    .Where(number => _sizes[number] > 0)
                    .Select(number => (RulesOfClass(number).ToArray(), _sizes[number])),
            ];
    }

    /// <returns>Number of items that each rule selects.</returns>
    public int[] CountByRule(int rules)
    {
        var counts = new int[rules];
        foreach ((ulong[] selecting, int count) in Sizes())
        {
            for (int rule = RuleBits.Next(selecting, 0); rule >= 0 && rule < rules; rule = RuleBits.Next(selecting, rule + 1))
                counts[rule] += count;
        }

        return counts;
    }

    /// <summary>Stops following item changes.</summary>
    public void Dispose() => _catalog.Changed -= Move;

    private void Move(int item)
    {
        lock (_changes)
        {
            Span<ulong> row = stackalloc ulong[_selections.Words];
            int number = ClassOf(item, row);
            if (number == _classes[item])
                return;
            _sizes[_classes[item]]--;
            _sizes[number]++;
            Volatile.Write(ref _classes[item], number);
            Volatile.Write(ref _moves, _moves + 1);
        }
    }

    private int ClassOf(int item, Span<ulong> row)
    {
        row.Fill(ulong.MaxValue);
        _selections.Narrow(item, row);
        ref int known = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _byHash,
            XxHash3.HashToUInt64(MemoryMarshal.AsBytes(row)),
            out bool exists
        );

        // Rows whose hashes collide become separate classes, and the second is created again each time: never seen in practice, and still
        // correct.
        if (exists && RulesOfClass(known).SequenceEqual(row))
            return known;
        int number = _count;
        if (!exists)
            known = number;
        if ((number + 1) * row.Length > _rows.Length)
        {
            var sizes = new int[_sizes.Length * 2];
            _sizes.CopyTo(sizes, 0);
            Volatile.Write(ref _sizes, sizes);
            var grown = new ulong[_rows.Length * 2];
            _rows.CopyTo(grown, 0);
            Volatile.Write(ref _rows, grown);
        }

        row.CopyTo(_rows.AsSpan(number * row.Length));

        // Last: a reader of the count must find what it counts.
        Volatile.Write(ref _count, number + 1);
        return number;
    }
}
