namespace RecOps.Serving.Catalog;

/// <summary>A column of few distinct texts: each is stored once, and rows hold its number.</summary>
internal sealed class TextColumn
{
    private readonly int[] _codes;
    private readonly Dictionary<string, int> _codeOf = new(StringComparer.Ordinal);
    private readonly List<string> _values = [];
    private readonly List<int> _counts = [];

    /// <param name="rows">Empty where a row has no value.</param>
    public TextColumn(string[] rows)
    {
        _codes = new int[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            if (!_codeOf.TryGetValue(rows[row], out int code))
            {
                code = _values.Count;
                _codeOf.Add(rows[row], code);
                _values.Add(rows[row]);
                _counts.Add(0);
            }

            _codes[row] = code;
            _counts[code]++;
        }
    }

    public string this[int row] => _values[_codes[row]];

    /// <summary>Distinct values with the number of rows that have each.</summary>
    public IEnumerable<(string Value, int Count)> Values => _values.Select((value, code) => (value, _counts[code]));

    public int CodeOf(int row) => _codes[row];

    public string ValueOf(int code) => _values[code];

    /// <returns>False for a value that no row has.</returns>
    public bool TryGetCode(string value, out int code) => _codeOf.TryGetValue(value, out code);

    /// <summary>Rows that have a value.</summary>
    public bool Has(int row) => _values[_codes[row]].Length > 0;
}
