using System.Text.Json;

namespace RecOps.Shared.Bundles;

/// <summary>What is wrong with a bundle.json, in terms of its fields.</summary>
internal static class ManifestMistake
{
    private const int LongestName = 64;
    private const float LargestWeight = 1000;
    private const int LongestMerge = 7 * 24 * 60;

    /// <summary>For a manifest that could not be read.</summary>
    public static string Describe(JsonException error)
    {
        string place = error.LineNumber is { } line ? $" (line {line + 1}, byte {error.BytePositionInLine})" : "";
        string? field = error.Path is { Length: > 2 } path ? path[2..] : null;
        if (error.InnerException is JsonException || error.Path is null && error.LineNumber is not null)
            return $"this is not well-formed JSON{place}.";

        // The serializer names what is missing only in its message: "… was missing required properties including: 'features', …".
        const string marker = "including: ";
        int missing = error.Message.IndexOf(marker, StringComparison.Ordinal);
        if (missing >= 0)
            return $"{(field is null ? "" : field + ": ")}{error.Message[(missing + marker.Length)..].TrimEnd('.')} is missing.";
        return $"{field ?? "a field"} has a value of the wrong kind{place}; see docs/bring-your-own-model.md for what belongs there.";
    }

    /// <summary>For a manifest that could be read.</summary>
    /// <returns>Null when nothing is wrong.</returns>
    public static string? Find(BundleManifest manifest)
    {
        foreach ((string field, string text) in new[] { ("name", manifest.Name), ("version", manifest.Version) })
        {
            if (text.Length is 0 or > LongestName || text.Any(char.IsControl))
                return $"{field} must have 1 to {LongestName} characters, none of them a control character.";
        }

        foreach ((string name, BundleFileRecord? record) in manifest.Files)
        {
            if (name.Length == 0 || name.Any(char.IsControl))
                return "files has an empty name, or one with a control character.";
            if (record?.Sha256 is null)
                return $"files.{name} needs bytes and sha256.";
        }

        foreach ((string kind, float weight) in manifest.Features.EventWeights)
        {
            if (weight is not (>= 0 and <= LargestWeight))
                return $"features.eventWeights.{kind} is {weight}; it must be 0 to {LargestWeight}.";
        }

        foreach ((string field, string? input) in Inputs(manifest.Ranker))
        {
            if (string.IsNullOrWhiteSpace(input))
                return $"ranker.{field} is empty; name the model's input, or leave the field out for an input that it does not have.";
        }

        return manifest.Features.MergeWithinMinutes is < 0 or > LongestMerge
            ? $"features.mergeWithinMinutes is {manifest.Features.MergeWithinMinutes}; it must be 0 to {LongestMerge}."
            : null;
    }

    private static IEnumerable<(string Field, string? Input)> Inputs(RankerSignature ranker)
    {
        yield return ("user", ranker.User);
        yield return ("history", ranker.History);
        yield return ("candidates", ranker.Candidates);
        yield return ("context", ranker.Context);
        if (ranker.HistoryTypes is not null)
            yield return ("historyTypes", ranker.HistoryTypes);
        if (ranker.HistoryAges is not null)
            yield return ("historyAges", ranker.HistoryAges);
    }
}
