namespace RecOps.Client.Shell;

/// <summary>Reads and writes the query part of an address.</summary>
internal static class QueryText
{
    /// <summary>Values by name; the last one wins when a name comes twice.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string query)
    {
        Dictionary<string, string> values = [];
        foreach (string pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            values[Decode(parts[0])] = parts.Length == 2 ? Decode(parts[1]) : "";
        }

        return values;
    }

    /// <summary>Empty when every value is absent, else starting with a question mark.</summary>
    public static string Format(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        List<string> pairs = [];
        foreach ((string name, string? value) in values)
        {
            if (!string.IsNullOrEmpty(value))
                pairs.Add($"{name}={Escape(value)}");
        }

        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }

    /// <summary>Colons are allowed in a query and keep times readable.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
