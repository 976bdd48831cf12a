using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Changes that are not saved, as this browser keeps them.</summary>
/// <param name="Common">The draft that they were made in.</param>
/// <param name="Document">With them.</param>
internal sealed record DraftBackup(RuleDocument Common, RuleDocument Document)
{
    public static string Of(RuleDocument common, RuleDocument document) =>
        JsonSerializer.Serialize(new DraftBackup(common, document), RulesJson.Default.DraftBackup);

    /// <returns>Null for text that is none.</returns>
    public static DraftBackup? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, RulesJson.Default.DraftBackup) is { Common: not null, Document: not null } backup
                ? backup
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
