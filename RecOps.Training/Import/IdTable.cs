using System.Text;

namespace RecOps.Training.Import;

/// <summary>Ids and their ordinals. Looking up a known id allocates nothing.</summary>
internal sealed class IdTable
{
    /// <summary>The longest id, in characters; the storefront API has the same limit.</summary>
    public const int MaxLength = 128;

    /// <summary>Ordinal of an id whose own row was skipped.</summary>
    public const int LeftOut = -1;

    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public IdTable() => _lookup = _ordinals.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Ids by ordinal.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Decodes an id.</summary>
    /// <param name="utf8">As in the file.</param>
    /// <param name="buffer"><see cref="MaxLength"/> characters.</param>
    /// <param name="id">The part of the buffer that was filled.</param>
    /// <returns>False when the id is too long.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<char> buffer, out ReadOnlySpan<char> id)
    {
        bool fits = Encoding.UTF8.TryGetChars(utf8, buffer, out int length);
        id = buffer[..(fits ? length : 0)];
        return fits;
    }

    public bool TryGet(ReadOnlySpan<char> id, out int ordinal) => _lookup.TryGetValue(id, out ordinal);

    public int GetOrAdd(ReadOnlySpan<char> id) => _lookup.TryGetValue(id, out int ordinal) ? ordinal : Add(id);

    /// <summary>Adds an id that is new or whose row was skipped.</summary>
    public int Add(ReadOnlySpan<char> id)
    {
        string text = id.ToString();
        _ordinals[text] = Ids.Count;
        Ids.Add(text);
        return Ids.Count - 1;
    }

    /// <summary>Remembers that an id exists but its row cannot be used.</summary>
    public void LeaveOut(ReadOnlySpan<char> id) => _lookup.TryAdd(id, LeftOut);
}
