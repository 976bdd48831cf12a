using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Validation;

/// <summary>Everything that is looked at before rules are used.</summary>
internal sealed class RuleChecks(
    RuleValidator validator,
    RuleSets sets,
    ActiveModel active,
    IOptions<ServingOptions> serving,
    TimeProvider time
)
{
    /// <summary>A name that is there twice would silently be one of the two.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="errors">All of them: of kind, of place and of meaning.</param>
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
                        ? $"The name '{twice}' is there twice in one object; give it once."
                        : $"This is not well-formed JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine})."
                ),
            ];
            return RuleDocument.Empty;
        }
    }

    /// <summary>Adds what is wrong, as far as it was not said of the same place already.</summary>
    public void Check(RuleDocument document, List<RuleError> errors)
    {
        HashSet<string> known = [.. errors.Select(error => error.Path)];
        var found = new List<RuleError>();
        validator.Validate(document, found);
        errors.AddRange(found.Where(error => !known.Contains(error.Path)));
    }

    /// <param name="document">Valid.</param>
    /// <returns>None while no model is there to look at.</returns>
    public RuleWarning[] Warnings(RuleDocument document) =>
        active.TryGet(out ServingModel? model)
            ? RuleConflicts.Find(model, sets.Of(model, document, version: 0), serving.Value.AllPlacements, time.GetUtcNow())
            : [];
}

internal static class RuleErrorExtensions
{
    /// <summary>As all other mistakes are answered: messages by path.</summary>
    public static ValidationProblem ToProblem(this IEnumerable<RuleError> errors)
    {
        var fields = new FieldErrors();
        foreach (RuleError error in errors)
            fields.Add(error.Path, error.Message);
        return TypedResults.ValidationProblem(
            fields.ByField,
            "The rules cannot be used as they are; see errors. What is served has not changed."
        );
    }
}
