namespace RecOps.Serving.Catalog;

/// <summary>Prefix search over title words and ids: an inverted index over sorted words.</summary>
internal sealed class ItemIndex
{
    private const int MaxWord = 64;
    private readonly string[] _words;
    private readonly int[] _starts;
    private readonly int[] _items;
    private readonly int _count;

    public ItemIndex(int count, Func<int, string> titleOf, Func<int, string> idOf)
    {
        _count = count;
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var occurrences = new List<(int Word, int Item)>(count * 4);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> word = stackalloc char[MaxWord];
        for (int item = 0; item < count; item++)
        {
            Add(idOf(item).AsSpan(), whole: true, item, lookup, word, occurrences);
            Add(titleOf(item).AsSpan(), whole: false, item, lookup, word, occurrences);
        }

        _words = [.. numbers.Keys];
        int[] order = [.. Enumerable.Range(0, _words.Length)];
        Array.Sort(_words, order, StringComparer.Ordinal);
        var place = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            place[order[i]] = i;
        _starts = new int[_words.Length + 1];
        foreach ((int number, _) in occurrences)
            _starts[place[number] + 1]++;
        for (int i = 0; i < _words.Length; i++)
            _starts[i + 1] += _starts[i];
        _items = new int[occurrences.Count];
        int[] next = _starts[..^1];
        foreach ((int number, int item) in occurrences)
            _items[next[place[number]]++] = item;
    }

    /// <summary>One bit for each item that matches all words of a text, each as a prefix.</summary>
    public ulong[] Find(string text)
    {
        var found = new ulong[(_count + 63) >> 6];
        var some = new ulong[found.Length];
        bool first = true;
        Span<char> word = stackalloc char[MaxWord];
        foreach (Range range in Words(text))
        {
            int length = Math.Min(MaxWord, text.AsSpan(range).Length);
            text.AsSpan(range)[..length].ToLowerInvariant(word);
            Array.Clear(some);
            Mark(word[..length].ToString(), some);
            if (first)
                some.CopyTo(found, 0);
            else
                for (int i = 0; i < found.Length; i++)
                    found[i] &= some[i];
            first = false;
        }

        // An id may contain word separators.
        string whole = text.Trim().ToLowerInvariant();
        if (whole.Length > 0)
            Mark(whole, found);
        return found;
    }

    private void Mark(string prefix, ulong[] items)
    {
        int from = Array.BinarySearch(_words, prefix, StringComparer.Ordinal);
        if (from < 0)
            from = ~from;
        for (int i = from; i < _words.Length && _words[i].StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            foreach (int item in _items.AsSpan(_starts[i].._starts[i + 1]))
                items[item >> 6] |= 1UL << (item & 63);
        }
    }

    private static void Add(
        ReadOnlySpan<char> text,
        bool whole,
        int item,
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers,
        Span<char> word,
        List<(int Word, int Item)> occurrences
    )
    {
        if (whole)
        {
            One(text, item, numbers, word, occurrences);
            return;
        }

        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0)
                start = i;
            if (inside || start < 0)
                continue;
            One(text[start..i], item, numbers, word, occurrences);
            start = -1;
        }
    }

    private static void One(
        ReadOnlySpan<char> text,
        int item,
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers,
        Span<char> word,
        List<(int Word, int Item)> occurrences
    )
    {
        int length = Math.Min(MaxWord, text.Length);
        text[..length].ToLowerInvariant(word);
        if (!numbers.TryGetValue(word[..length], out int number))
            numbers[word[..length]] = number = numbers.Dictionary.Count;
        occurrences.Add((number, item));
    }

    private static List<Range> Words(string text)
    {
        var words = new List<Range>();
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0)
                start = i;
            if (inside || start < 0)
                continue;
            words.Add(start..i);
            start = -1;
        }

        return words;
    }
}
