using RecOps.Serving.Parquet;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Users;

/// <summary>The users of a bundle by column.</summary>
internal sealed class UserDirectory
{
    private readonly Dictionary<string, int> _ordinals;
    private readonly string[] _ids;
    private readonly string[] _countries;
    private readonly string[] _segments;
    private readonly Lazy<int[]> _byId;

    private UserDirectory(Dictionary<string, int> ordinals, string[] ids, string[] countries, string[] segments)
    {
        _ordinals = ordinals;
        _ids = ids;
        _countries = countries;
        _segments = segments;
        _byId = new Lazy<int[]>(SortById);
    }

    public int Count => _ids.Length;

    /// <exception cref="BundleException">The table is unreadable or does not fit the manifest.</exception>
    public static UserDirectory Read(Bundle bundle, CancellationToken cancellationToken)
    {
        using ParquetTable table = ParquetTable.Open(bundle, BundleFile.UserTable, bundle.Manifest.Counts.Users);
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        return new UserDirectory(
            ordinals,
            table.ReadIds("user_id", Ids.LongestUser, ordinals, cancellationToken),
            table.ReadTexts("country", cancellationToken),
            table.ReadTexts("segment", cancellationToken)
        );
    }

    public string IdOf(int ordinal) => _ids[ordinal];

    public string CountryOf(int ordinal) => _countries[ordinal];

    public string SegmentOf(int ordinal) => _segments[ordinal];

    /// <returns>-1 for a user that the bundle does not have.</returns>
    public int OrdinalOf(string id) => _ordinals.TryGetValue(id, out int ordinal) ? ordinal : -1;

    public bool TryGetOrdinal(string id, out int ordinal) => _ordinals.TryGetValue(id, out ordinal);

    /// <summary>Users whose id starts with a text, ignoring case, in order of id.</summary>
    public IEnumerable<int> StartingWith(string prefix)
    {
        int[] order = _byId.Value;
        int low = 0;
        int high = order.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.Compare(_ids[order[middle]], prefix, StringComparison.OrdinalIgnoreCase) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        for (; low < order.Length && _ids[order[low]].StartsWith(prefix, StringComparison.OrdinalIgnoreCase); low++)
            yield return order[low];
    }

    private int[] SortById()
    {
        var order = new int[_ids.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        var keys = (string[])_ids.Clone();
        Array.Sort(keys, order, StringComparer.OrdinalIgnoreCase);
        return order;
    }
}
