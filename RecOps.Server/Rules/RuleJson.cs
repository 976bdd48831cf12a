using System.Text.Encodings.Web;
using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>Rules as canonical text. Equal documents have equal text; their records contain lists and so do not compare by value.</summary>
internal static class RuleJson
{
    private static readonly RuleContracts Readable = new(
        new JsonSerializerOptions(RuleContracts.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
        }
    );

    public static string Of(RuleDocument document) => JsonSerializer.Serialize(document, RuleContracts.Default.RuleDocument);

    /// <summary>For people.</summary>
    public static string Indented(RuleDocument document) => JsonSerializer.Serialize(document, Readable.RuleDocument);

    public static string Of(Rule rule) => JsonSerializer.Serialize(rule, RuleContracts.Default.Rule);

    public static bool Same(RuleSelection? one, RuleSelection? other) =>
        (one is null && other is null)
        || (
            one is not null
            && other is not null
            && JsonSerializer.Serialize(one, RuleContracts.Default.RuleSelection)
                == JsonSerializer.Serialize(other, RuleContracts.Default.RuleSelection)
        );

    public static bool Same(RuleSchedule? one, RuleSchedule? other) =>
        (one is null && other is null)
        || (
            one is not null
            && other is not null
            && JsonSerializer.Serialize(one, RuleContracts.Default.RuleSchedule)
                == JsonSerializer.Serialize(other, RuleContracts.Default.RuleSchedule)
        );
}
