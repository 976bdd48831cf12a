using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Problems;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Validation;

/// <summary>All checks that rules must pass before use.</summary>
internal sealed class RuleChecks(
    RuleValidator validator,
    RuleSets sets,
    ActiveModel active,
    IOptions<ServingOptions> serving,
    TimeProvider time
)
{
    /// <summary>A duplicate field would silently be one of the two.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="errors">All mistakes: of type, of place and of meaning.</param>
    public RuleDocument Read(JsonElement json, out List<RuleError> errors)
    {
        errors = [];
        RuleDocument document = RuleReader.Document(json, errors);
        Check(document, errors);
        return document;
    }

    public RuleDocument Read(string text, out List<RuleError> errors)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, Strict);
            return Read(json.RootElement, out errors);
        }
        catch (JsonException error)
        {
            errors =
            [
                new RuleError(
                    "$",
                    JsonMistake.DuplicateIn(error) is { } twice
                        ? $"The field '{twice}' appears twice in one object. Give it once."
                        : $"This is not well-formed JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine})."
                ),
            ];
            return RuleDocument.Empty;
        }
    }

    /// <summary>Adds mistakes, unless the same place already has one.</summary>
    public void Check(RuleDocument document, List<RuleError> errors)
    {
        HashSet<string> known = [.. errors.Select(error => error.Path)];
        var found = new List<RuleError>();
        validator.Validate(document, found);
        errors.AddRange(found.Where(error => !known.Contains(error.Path)));
    }

    /// <param name="document">Valid.</param>
    /// <returns>Empty while no model is loaded.</returns>
    public RuleWarning[] Warnings(RuleDocument document) =>
        active.TryGet(out ServingModel? model)
            ? RuleConflicts.Find(model, sets.Of(model, document, version: 0), serving.Value.AllPlacements, time.GetUtcNow())
            : [];
}

internal static class RuleErrorExtensions
{
    /// <summary>Mistakes as messages by path, like every other validation error.</summary>
    public static ValidationProblem ToProblem(this IEnumerable<RuleError> errors)
    {
        var fields = new FieldErrors();
        foreach (RuleError error in errors)
            fields.Add(error.Path, error.Message);
        return TypedResults.ValidationProblem(fields.ByField, "The rules are invalid; see errors. The served rules have not changed.");
    }
}
