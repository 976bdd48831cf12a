namespace RecOps.Serving.Validation;

/// <summary>What to say of a field, parameter, column or setting that does not exist: which one was probably meant.</summary>
internal static class UnknownName
{
    private const int MostLetters = 64;

    /// <param name="kind">What it would be, in the singular: field, parameter, column, setting.</param>
    public static string Describe(string kind, string name, IReadOnlyCollection<string> known) =>
        Nearest(name, known) is { } nearest
            ? $"Unknown {kind} '{name}'. Did you mean '{nearest}'?"
            : $"Unknown {kind} '{name}'. Use one of these: {string.Join(", ", known)}.";

    /// <summary>
    /// The name that takes the fewest edits, case aside: a letter put in, left out, replaced, or swapped with the next (optimal string
    /// alignment, after Damerau 1964). At most one edit for every three letters, or it is another word.
    /// </summary>
    /// <returns>Null when none is near.</returns>
    public static string? Nearest(string name, IReadOnlyCollection<string> known)
    {
        if (name.Length is 0 or > MostLetters)
            return null;
        string? nearest = null;
        int fewest = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int edits = Edits(name, candidate);
            if (edits >= fewest)
                continue;
            (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    private static int Edits(string from, string to)
    {
        int[,] edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
            edits[i, 0] = i;
        for (int j = 0; j <= to.Length; j++)
            edits[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replace = edits[i - 1, j - 1] + (Same(from[i - 1], to[j - 1]) ? 0 : 1);
                edits[i, j] = Math.Min(replace, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                if (i > 1 && j > 1 && Same(from[i - 1], to[j - 2]) && Same(from[i - 2], to[j - 1]))
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }

        return edits[from.Length, to.Length];

        static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
    }
}
