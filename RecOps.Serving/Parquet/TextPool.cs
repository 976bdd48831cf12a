using System.Text;

namespace RecOps.Serving.Parquet;

/// <summary>Interns equal texts without first creating duplicates.</summary>
internal sealed class TextPool
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private char[] _letters = new char[256];

    public TextPool() => _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Of(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        int most = encoding.GetMaxCharCount(bytes.Length);
        if (most > _letters.Length)
            _letters = new char[most];
        return Of(_letters.AsSpan(0, encoding.GetChars(bytes, _letters)));
    }

    public string Of(ReadOnlySpan<char> text)
    {
        if (_lookup.TryGetValue(text, out string? known))
            return known;
        string made = text.ToString();
        _texts.Add(made);
        return made;
    }
}
