using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Replication;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>From the draft to what is served, and back.</summary>
internal static class PublishingEndpoints
{
    public static IEndpointRouteBuilder MapPublishing(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder viewers = routes.MapGroup("").RequireAuthorization(Access.View);
        viewers.MapGet(Routes.RuleVersions, async (RuleStore store) => TypedResults.Ok(new RuleVersionList(await store.VersionsAsync())));
        viewers.MapGet(Routes.RuleVersion, GetVersionAsync);
        viewers.MapGet(Routes.RuleState, async (Publications publications, ReplicaList replicas) => TypedResults.Ok(await publications.StateAsync(await replicas.ListAsync())));
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

    private static async Task<Results<Ok<PublicationDetails>, NotFound>> GetPublicationAsync(string publicationId, Publications publications) =>
        await publications.FindAsync(publicationId) is { } row
            ? TypedResults.Ok(new PublicationDetails(Publications.Describe(row), ActiveRules.Read(row.Json)))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<PublishResult>, Accepted<PublishResult>, ValidationProblem, ProblemHttpResult>> PublishAsync(
        PublishRequest request, RuleStore store, Publications publications, RuleChecks checks, ClaimsPrincipal user, TimeProvider time)
    {
        var errors = new FieldErrors();
        string note = NoteOf(request.Note, ref errors);
        if (request.At is { } at && at < time.GetUtcNow().AddMinutes(-1)) errors.Add("at", $"at is {at:O}, which is over; leave it out to publish at once.");
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        RuleDraftInfo draft = await store.DraftAsync();
        if (request.Revision is { } revision && revision != draft.Revision)
        {
            return TypedResults.Problem(
                $"{draft.ChangedBy} changed the draft since you looked at it. Look at what is in it now, and publish that.",
                statusCode: StatusCodes.Status412PreconditionFailed);
        }

        // What was valid when it was saved need not be any more: placements are a setting.
        var wrong = new List<RuleError>();
        checks.Check(draft.Document, wrong);
        if (wrong.Count > 0) return wrong.ToProblem();
        PublishResult result = await publications.PublishAsync(draft.Document, note, request.At, user.Identity!.Name!);
        return result.State == PublicationState.Published
            ? TypedResults.Ok(result)
            : TypedResults.Accepted(Routes.PublicationOf(result.PublicationId!), result);
    }

    private static async Task<Results<Ok<PublishResult>, Accepted<PublishResult>, ValidationProblem, NotFound>> RestoreAsync(
        int version, RestoreRequest request, RuleStore store, Publications publications, RuleChecks checks, ClaimsPrincipal user)
    {
        if (await store.VersionAsync(version) is not { } old) return TypedResults.NotFound();
        var errors = new FieldErrors();
        string note = request.Note is null ? $"Restored version {version}" : NoteOf(request.Note, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        var wrong = new List<RuleError>();
        checks.Check(old.Document, wrong);
        if (wrong.Count > 0) return wrong.ToProblem();
        string by = user.Identity!.Name!;
        PublishResult result = await publications.PublishAsync(old.Document, note, at: null, by, restoredFrom: version);
        if (request.ResetDraft) await store.SaveDraftAsync(old.Document, revision: null, by);
        return result.State == PublicationState.Published
            ? TypedResults.Ok(result)
            : TypedResults.Accepted(Routes.PublicationOf(result.PublicationId!), result);
    }

    private static async Task<Results<Ok<PublicationInfo>, NotFound, ValidationProblem, ProblemHttpResult>> ApproveAsync(
        string publicationId, Publications publications, RuleChecks checks, ClaimsPrincipal user)
    {
        if (await publications.FindAsync(publicationId) is not { } publication) return TypedResults.NotFound();
        if (publication.State != PublicationState.Waiting) return Decided(publication);
        if (publication.AskedBy == user.Identity!.Name)
            return TypedResults.Problem("Somebody else than who asked has to approve it.", statusCode: StatusCodes.Status403Forbidden);
        var wrong = new List<RuleError>();
        checks.Check(ActiveRules.Read(publication.Json), wrong);
        if (wrong.Count > 0) return wrong.ToProblem();
        bool approved = await publications.ApproveAsync(publication, user.Identity!.Name!);
        Publication now = (await publications.FindAsync(publicationId))!;
        return approved ? TypedResults.Ok(Publications.Describe(now)) : Decided(now);
    }

    private static async Task<Results<Ok<PublicationInfo>, NotFound, ProblemHttpResult>> EndAsync(
        string publicationId, Publications publications, ClaimsPrincipal user)
    {
        if (await publications.FindAsync(publicationId) is not { } publication) return TypedResults.NotFound();
        if (!PublicationState.Open.Contains(publication.State)) return Decided(publication);
        bool ended = await publications.EndAsync(publication, user.Identity!.Name!);
        return ended ? TypedResults.Ok(Publications.Describe(publication)) : Decided((await publications.FindAsync(publicationId))!);
    }

    private static async Task<Results<Ok<RulesState>, ValidationProblem>> SwitchAsync(
        KillSwitchUpdate update, RuleStore store, Publications publications, ReplicaList replicas, ClaimsPrincipal user)
    {
        if (update.Enabled is not { } isOff)
        {
            var errors = new FieldErrors();
            errors.Add("enabled", "enabled is missing: true makes lists without rules, false with them.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        await store.SwitchAsync(isOff, user.Identity!.Name!);
        return TypedResults.Ok(await publications.StateAsync(await replicas.ListAsync()));
    }

    private static ProblemHttpResult Decided(Publication publication) => TypedResults.Problem(
        $"It is {publication.State} already{(publication.DecidedBy is null ? "" : $", by {publication.DecidedBy}")}.", statusCode: StatusCodes.Status409Conflict);

    private static string NoteOf(string? note, ref FieldErrors errors)
    {
        string text = note?.Trim() ?? "";
        if (text.Length is 0 or > RuleValidator.MaxNote) errors.Add("note", $"note must have 1 to {RuleValidator.MaxNote} characters: say what was changed and why.");
        return text;
    }
}
