using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Unsaved changes, as this browser keeps them.</summary>
/// <param name="Common">The draft that they are based on.</param>
/// <param name="Document">The draft with the changes applied.</param>
internal sealed record DraftBackup(RuleDocument Common, RuleDocument Document)
{
    public static string Of(RuleDocument common, RuleDocument document) =>
        JsonSerializer.Serialize(new DraftBackup(common, document), RulesJson.Default.DraftBackup);

    /// <returns>Null for text that is not a backup.</returns>
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
