using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>Publishing, approving, scheduling and restoring rules.</summary>
internal static class PublishingEndpoints
{
    private const int MaxId = 36;
    private const string IdIsTaken = "id belongs to another publication. Use a new one.";

    public static IEndpointRouteBuilder MapPublishing(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder viewers = routes.MapGroup("").RequireAuthorization(Access.View);
        viewers.MapGet(Routes.RuleVersions, async (RuleStore store) => TypedResults.Ok(new RuleVersionList(await store.VersionsAsync())));
        viewers.MapGet(Routes.RuleVersion, GetVersionAsync);
        viewers.MapGet(Routes.RuleState, async (Publications publications) => TypedResults.Ok(await publications.StateAsync()));
        viewers.MapGet(Routes.RulePublication, GetPublicationAsync);
        RouteGroupBuilder merchandisers = routes.MapGroup("").RequireAuthorization(Access.Merchandise);
        merchandisers.MapPost(Routes.RulePublish, PublishAsync);
        merchandisers.MapPost(Routes.RuleRestore, RestoreAsync);
        merchandisers.MapPost(Routes.RuleApproval, ApproveAsync);
        merchandisers.MapDelete(Routes.RulePublication, EndAsync);
        routes.MapPut(Routes.KillSwitch, SwitchAsync).RequireAuthorization(Access.Act);
        return routes;
    }

    private static async Task<Results<Ok<RuleVersionDetails>, NotFound>> GetVersionAsync(int version, RuleStore store) =>
        await store.VersionAsync(version) is { } details ? TypedResults.Ok(details) : TypedResults.NotFound();

    private static async Task<Results<Ok<PublicationDetails>, NotFound>> GetPublicationAsync(
        string publicationId,
        Publications publications
    ) =>
        await publications.FindAsync(publicationId) is { } row
            ? TypedResults.Ok(new PublicationDetails(Publications.Describe(row), ActiveRules.Read(row.Json)))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<PublishResult>, Accepted<PublishResult>, ValidationProblem, ProblemHttpResult>> PublishAsync(
        PublishRequest request,
        RuleStore store,
        Publications publications,
        RuleChecks checks,
        ClaimsPrincipal user,
        TimeProvider time,
        HttpRequest call
    )
    {
        var errors = new FieldErrors();
        string by = user.Identity!.Name!;
        string note = NoteOf(request.Note, ref errors);
        if (request.Revision is null)
            errors.Add("revision", "revision is missing. Give the revision of the draft you reviewed, so that no other is published.");
        CheckId(request.Id, ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);

        // First, before anything that may have changed since it was received: its time may have passed, and the draft may be another.
        if (request.Id is not null && await publications.FindMadeAsync(request.Id, by, note) is { } made)
            return Answer(made);
        if (request.Id is not null && await publications.IsTakenAsync(request.Id, by, note))
            errors.Add("id", IdIsTaken);
        if (request.At is { } at && at < time.GetUtcNow().AddMinutes(-1))
            errors.Add("at", $"at is {at:O}, which is in the past. Leave it out to publish at once.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        RuleDraftInfo draft = await store.DraftAsync();
        if (request.Revision != draft.Revision)
        {
            return TypedResults.Problem(
                $"{(draft.ChangedBy == by ? "You" : draft.ChangedBy)} changed the draft since you looked at it, so nothing was "
                    + $"published. Review the current draft, and publish that.",
                statusCode: StatusCodes.Status412PreconditionFailed
            );
        }

        // A draft that was valid when saved may no longer be: placements are a setting.
        var wrong = new List<RuleError>();
        checks.Check(draft.Document, wrong);
        if (wrong.Count > 0)
            return wrong.ToProblem();
        return Answer(await publications.PublishAsync(new PublicationOrder(draft.Document, note, by, request.At, Id: request.Id)));

        Results<Ok<PublishResult>, Accepted<PublishResult>, ValidationProblem, ProblemHttpResult> Answer(PublishResult result) =>
            result.State == PublicationState.Published
                ? TypedResults.Ok(result)
                : TypedResults.Accepted(call.PublicPath(Routes.PublicationOf(result.PublicationId!)), result);
    }

    private static async Task<Results<Ok<PublishResult>, Accepted<PublishResult>, ValidationProblem, NotFound>> RestoreAsync(
        int version,
        RestoreRequest request,
        RuleStore store,
        Publications publications,
        RuleChecks checks,
        ClaimsPrincipal user,
        HttpRequest call
    )
    {
        if (await store.VersionAsync(version) is not { } old)
            return TypedResults.NotFound();
        var errors = new FieldErrors();
        string by = user.Identity!.Name!;
        string note = request.Note is null ? $"Restored version {version}" : NoteOf(request.Note, ref errors);
        CheckId(request.Id, ref errors);
        if (!errors.Any && request.Id is not null && await publications.IsTakenAsync(request.Id, by, note))
            errors.Add("id", IdIsTaken);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        var wrong = new List<RuleError>();
        checks.Check(old.Document, wrong);
        if (wrong.Count > 0)
            return wrong.ToProblem();
        PublishResult result = await publications.PublishAsync(
            new PublicationOrder(old.Document, note, by, RestoredFrom: version, ResetsDraft: request.ResetDraft, Id: request.Id)
        );
        return result.State == PublicationState.Published
            ? TypedResults.Ok(result)
            : TypedResults.Accepted(call.PublicPath(Routes.PublicationOf(result.PublicationId!)), result);
    }

    private static async Task<Results<Ok<PublicationInfo>, NotFound, ValidationProblem, ProblemHttpResult>> ApproveAsync(
        string publicationId,
        Publications publications,
        RuleChecks checks,
        ClaimsPrincipal user
    )
    {
        string by = user.Identity!.Name!;
        if (await publications.FindAsync(publicationId) is not { } publication)
            return TypedResults.NotFound();
        if (IsApprovedBy(publication, by))
            return TypedResults.Ok(Publications.Describe(publication));
        if (publication.State != PublicationState.Waiting)
            return Decided(publication);
        if (publication.AskedBy == by)
            return TypedResults.Problem(
                "A second person must approve it, not the one who requested it.",
                statusCode: StatusCodes.Status403Forbidden
            );
        var wrong = new List<RuleError>();
        checks.Check(ActiveRules.Read(publication.Json), wrong);
        if (wrong.Count > 0)
            return wrong.ToProblem();
        if (await publications.ApproveAsync(publication, by) is { } approved)
            return TypedResults.Ok(Publications.Describe(approved));
        Publication now = (await publications.FindAsync(publicationId))!;
        return IsApprovedBy(now, by) ? TypedResults.Ok(Publications.Describe(now)) : Decided(now);
    }

    private static async Task<Results<Ok<PublicationInfo>, NotFound, ProblemHttpResult>> EndAsync(
        string publicationId,
        Publications publications,
        ClaimsPrincipal user
    )
    {
        string by = user.Identity!.Name!;
        if (await publications.FindAsync(publicationId) is not { } publication)
            return TypedResults.NotFound();
        if (IsEndedBy(publication, by))
            return TypedResults.Ok(Publications.Describe(publication));
        if (!PublicationState.Open.Contains(publication.State))
            return Decided(publication);
        if (await publications.EndAsync(publication, by) is { } ended)
            return TypedResults.Ok(Publications.Describe(ended));
        Publication now = (await publications.FindAsync(publicationId))!;
        return IsEndedBy(now, by) ? TypedResults.Ok(Publications.Describe(now)) : Decided(now);
    }

    private static async Task<Results<Ok<RulesState>, ValidationProblem>> SwitchAsync(
        KillSwitchUpdate update,
        KillSwitch killSwitch,
        Publications publications,
        HttpContext context,
        TimeProvider time
    )
    {
        if (update.Enabled is not { } isOff)
        {
            var errors = new FieldErrors();
            errors.Add("enabled", "enabled is missing. Set true to make lists without rules, false to apply them.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        await killSwitch.TurnAsync(
            new SwitchChange(isOff, time.GetUtcNow(), context.User.Identity!.Name!, context.Connection.RemoteIpAddress?.ToString() ?? "")
        );
        return TypedResults.Ok(await publications.StateAsync());
    }

    /// <summary>A resent decision, after its answer was lost, gets the current state.</summary>
    private static bool IsApprovedBy(Publication publication, string by) =>
        publication.DecidedBy == by && publication.State is PublicationState.Scheduled or PublicationState.Published;

    /// <inheritdoc cref="IsApprovedBy"/>
    private static bool IsEndedBy(Publication publication, string by) =>
        publication.DecidedBy == by && publication.State is PublicationState.Declined or PublicationState.Cancelled;

    private static ProblemHttpResult Decided(Publication publication) =>
        TypedResults.Problem(
            $"It is already {publication.State}{(publication.DecidedBy is null ? "" : $", by {publication.DecidedBy}")}.",
            statusCode: StatusCodes.Status409Conflict
        );

    private static void CheckId(string? id, ref FieldErrors errors)
    {
        if (id is { Length: 0 or > MaxId })
            errors.Add("id", $"id must have 1 to {MaxId} characters; leave it out to have one made.");
    }

    private static string NoteOf(string? note, ref FieldErrors errors)
    {
        string text = note?.Trim() ?? "";
        if (text.Length is 0 or > RuleValidator.MaxNote)
            errors.Add("note", $"note must have 1 to {RuleValidator.MaxNote} characters. Say what was changed and why.");
        return text;
    }
}
