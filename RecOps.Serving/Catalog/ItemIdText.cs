namespace RecOps.Serving.Catalog;

/// <summary>All item ids as answers write them, UTF-8 and escaped, in one buffer: encoded once instead of in every list.</summary>
internal sealed class ItemIdText
{
    private readonly byte[] _text;
    private readonly int[] _ends;

    public ItemIdText(ReadOnlySpan<string> ids)
    {
        int longest = 0;
        foreach (string id in ids)
            longest = Math.Max(longest, id.Length);
        byte[] one = new byte[longest * JsonText.BytesPerCharacter];
        using var all = new MemoryStream();
        _ends = new int[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            all.Write(one, 0, JsonText.Encode(ids[i], one));
            _ends[i] = checked((int)all.Length);
        }

        _text = all.ToArray();
    }

    /// <summary>Without quotes.</summary>
    public ReadOnlySpan<byte> this[int ordinal]
    {
        get
        {
            int start = ordinal == 0 ? 0 : _ends[ordinal - 1];
            return _text.AsSpan(start, _ends[ordinal] - start);
        }
    }
}
