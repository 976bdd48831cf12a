namespace RecOps.Server.Recommendations;

/// <summary>A query parameter that is none: misspelt, or one that only a body has. Passed over, the answer would look right and not be.</summary>
internal static class UnknownParameter
{
    private static readonly string[] OnlyInBody = ["excludeItemIds", "recentItemIds", "attributes", "explain"];

    /// <param name="post">The call that takes more.</param>
    public static string Describe(string name, IReadOnlyCollection<string> known, string post)
    {
        string listed = string.Join(", ", known);
        return OnlyInBody.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"There is no parameter '{name}' here; send it with {post}. Parameters are {listed}."
            : $"There is no parameter '{name}'; parameters are {listed}.";
    }
}
