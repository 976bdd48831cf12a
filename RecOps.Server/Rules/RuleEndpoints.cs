using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>The draft: read, save, check, import and export.</summary>
internal static class RuleEndpoints
{
    public static IEndpointRouteBuilder MapRules(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder viewers = routes.MapGroup("").RequireAuthorization(Access.View);
        viewers.MapGet(Routes.RuleDraft, GetDraftAsync);
        viewers.MapPost(Routes.RuleValidation, Validate);
        viewers.MapPost(Routes.RuleImport, Import);
        viewers.MapGet(Routes.RuleExport, ExportAsync);
        routes.MapPut(Routes.RuleDraft, PutDraftAsync).RequireAuthorization(Access.Merchandise);
        return routes.MapRulePreview().MapPublishing();
    }

    private static async Task<Ok<RuleDraftInfo>> GetDraftAsync(RuleStore store, HttpContext context)
    {
        RuleDraftInfo draft = await store.DraftAsync();
        context.Response.Headers.ETag = TagOf(draft.Revision);
        return TypedResults.Ok(draft);
    }

    private static async Task<Results<Ok<RuleDraftInfo>, ValidationProblem, ProblemHttpResult>> PutDraftAsync(
        JsonElement body,
        RuleStore store,
        RuleChecks checks,
        ClaimsPrincipal user,
        HttpContext context
    )
    {
        if (!TryReadMatch(context.Request.Headers.IfMatch.ToString(), out int? revision, out ProblemHttpResult? problem))
            return problem!;
        RuleDocument document = checks.Read(body, out List<RuleError> errors);
        if (errors.Count > 0)
            return errors.ToProblem();
        if (await store.SaveDraftAsync(document, revision, user.Identity!.Name!) is { } saved)
        {
            context.Response.Headers.ETag = TagOf(saved.Revision);
            return TypedResults.Ok(saved);
        }

        RuleDraftInfo now = await store.DraftAsync();
        context.Response.Headers.ETag = TagOf(now.Revision);
        return TypedResults.Problem(
            $"{now.ChangedBy} changed the draft at {now.ChangedAt:O}. Load it again, merge your changes and save with the new ETag.",
            statusCode: StatusCodes.Status412PreconditionFailed,
            extensions: new Dictionary<string, object?>
            {
                ["revision"] = now.Revision,
                ["changedBy"] = now.ChangedBy,
                ["changedAt"] = now.ChangedAt,
            }
        );
    }

    private static Ok<RuleValidation> Validate(JsonElement body, RuleChecks checks)
    {
        RuleDocument document = checks.Read(body, out List<RuleError> errors);
        return TypedResults.Ok(new RuleValidation([.. errors], errors.Count > 0 ? [] : checks.Warnings(document)));
    }

    private static Results<Ok<RuleImportResult>, ValidationProblem> Import(RuleImportRequest request, RuleChecks checks)
    {
        var problem = new FieldErrors();
        if (request.Format is not ("json" or "csv"))
            problem.Add("format", $"format is '{request.Format}'; it must be json or csv.");
        if (string.IsNullOrWhiteSpace(request.Text))
            problem.Add("text", "text is missing. Send the content of the file.");
        if (problem.Any)
            return TypedResults.ValidationProblem(problem.ByField);
        List<RuleError> errors;
        RuleDocument document;
        if (request.Format == "csv")
        {
            errors = [];
            document = RuleCsv.Read(request.Text!, errors, out int[] rows);
            var wrong = new List<RuleError>();
            checks.Check(document, wrong);

            // A cell that could not be read is not also reported as missing.
            HashSet<string> said = [.. errors.Select(error => error.Path)];
            errors.AddRange(wrong.Select(error => RuleCsv.InTable(error, rows)).Where(error => !said.Contains(error.Path)));
            errors = [.. errors.OrderBy(RuleCsv.RowOf)];
        }
        else
        {
            document = checks.Read(request.Text!, out errors);
        }

        return TypedResults.Ok(new RuleImportResult(errors.Count > 0 ? null : document, [.. errors]));
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem, ProblemHttpResult>> ExportAsync(
        string? format,
        string? version,
        RuleStore store
    )
    {
        var errors = new FieldErrors();
        if (format is not (null or "json" or "csv" or "csv-semicolon"))
            errors.Add("format", $"format is '{format}'; it must be json, csv or csv-semicolon.");
        int number = 0;
        if (version is not null && !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            errors.Add("version", $"version is '{version}'; it must be the number of a published version. Leave it out for the draft.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        RuleDocument document;
        if (version is not null)
        {
            if (await store.VersionAsync(number) is not { } published)
                return TypedResults.Problem($"There is no version {number}.", statusCode: StatusCodes.Status404NotFound);
            document = published.Document;
        }
        else
        {
            document = (await store.DraftAsync()).Document;
        }

        string name = version is null ? "recops-rules-draft" : string.Create(CultureInfo.InvariantCulture, $"recops-rules-v{number}");
        return format is "csv" or "csv-semicolon"
            ? TypedResults.File(
                RuleCsv.Write(document, forDecimalComma: format == "csv-semicolon"),
                "text/csv; charset=utf-8",
                name + ".csv"
            )
            : TypedResults.File(Encoding.UTF8.GetBytes(RuleJson.Indented(document)), "application/json; charset=utf-8", name + ".json");
    }

    private static string TagOf(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <param name="revision">Null to overwrite whatever is there.</param>
    private static bool TryReadMatch(string header, out int? revision, out ProblemHttpResult? problem)
    {
        (revision, problem) = (null, null);
        string tag = header.StartsWith("W/", StringComparison.Ordinal) ? header[2..] : header;
        if (tag == "*")
            return true;
        if (tag.Length == 0)
        {
            problem = TypedResults.Problem(
                "Send the ETag of the edited draft in If-Match, so that nobody else's changes are overwritten.",
                statusCode: StatusCodes.Status428PreconditionRequired
            );
            return false;
        }

        if (int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            revision = number;
            return true;
        }

        problem = TypedResults.Problem(
            $"If-Match is {header}; it must be an ETag of the draft, such as \"3\".",
            statusCode: StatusCodes.Status400BadRequest
        );
        return false;
    }
}
