using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Rules.Preview;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Serving.Rules.Validation;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>Previews of rules for people who edit them. Nothing here changes anything.</summary>
internal static class RulePreviewEndpoints
{
    private const int SampleSize = 12;
    private const int WindowDays = 60;
    private const int MostWindows = 40;
    private const string Nobody = "preview";

    public static IEndpointRouteBuilder MapRulePreview(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").RequireAuthorization(Access.View);
        group.MapPost(Routes.RulePreview, PreviewAsync);
        group.MapPost(Routes.RuleImpact, ImpactAsync);
        group.MapPost(Routes.RuleMatches, Match);
        group.MapPost(Routes.RuleWindows, ListWindows);
        return routes;
    }

    private static async Task<Results<Ok<PreviewResult>, ValidationProblem, ServiceUnavailable>> PreviewAsync(
        PreviewBody body,
        ActiveModel active,
        RuleStore store,
        RuleChecks checks,
        RuleSets sets,
        RulePreview preview,
        RecommendationValidator validator
    )
    {
        var errors = new FieldErrors();
        var request = new RecommendationRequest
        {
            UserId = body.ClusterId is null ? body.UserId : Nobody,
            Placement = body.Placement,
            Count = body.Count ?? 20,
            ItemId = body.ItemId,
            Country = body.Country,
            Segment = body.Segment,
            Explain = true,
        };
        validator.Validate(request, ref errors);
        DateTimeOffset? at = MomentOf(body.At, ref errors);

        // The same model as for the shopper, whom a canary may serve.
        ServingModel? model;
        if (body.ClusterId is not null ? !active.TryGet(out model) : !active.TryGet(request.UserId ?? "", out model))
            return new ServiceUnavailable(active.NotReadyReason!);
        if (body.ClusterId is { } cluster && (uint)cluster >= (uint)model.Manifest.Counts.Clusters)
            errors.Add("clusterId", $"There is no cluster {cluster}; clusters are 0 to {model.Manifest.Counts.Clusters - 1}.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        (RuleDocument document, List<RuleError> wrong) = await DocumentAsync(body.Document, store, checks);
        if (wrong.Count > 0)
            return wrong.ToProblem();
        RuleSet published = model.Rules;
        PreviewResult? result = await preview.CompareAsync(
            model,
            published,
            sets.Of(model, document, published.Version),
            request,
            body.ClusterId,
            at
        );
        return result is null ? new ServiceUnavailable("Too many requests are in flight. Try again in a second.") : TypedResults.Ok(result);
    }

    private static async Task<Results<Ok<ImpactReport>, ValidationProblem, ServiceUnavailable>> ImpactAsync(
        ImpactBody body,
        ActiveModel active,
        RuleStore store,
        RuleChecks checks,
        RuleSets sets,
        RuleImpact impact,
        CancellationToken cancellationToken
    )
    {
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        (RuleDocument document, List<RuleError> wrong) = await DocumentAsync(body.Document, store, checks);
        if (wrong.Count > 0)
            return wrong.ToProblem();
        return TypedResults.Ok(impact.Estimate(model, model.Rules, sets.Of(model, document, 0), cancellationToken));
    }

    private static Results<Ok<RuleMatches>, ServiceUnavailable> Match(JsonElement body, ActiveModel active)
    {
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        var errors = new List<RuleError>();
        RuleSelection selection = RuleReader.Selection(body, "select", errors);
        RuleValidator.Validate(selection, "select", errors);
        if (errors.Count > 0)
            return TypedResults.Ok(new RuleMatches(0, 0, [], [.. errors]));
        var table = new SelectionTable(model.Catalog, [selection]);
        var matching = new ulong[(model.Catalog.Count + 63) >> 6];
        (int count, int inStock) = (0, 0);
        Span<ulong> rule = stackalloc ulong[table.Words];
        for (int item = 0; item < model.Catalog.Count; item++)
        {
            rule.Fill(ulong.MaxValue);
            table.Narrow(item, rule);
            if ((rule[0] & 1) == 0)
                continue;
            matching[item >> 6] |= 1UL << (item & 63);
            count++;
            if (model.Catalog.InStock[item])
                inStock++;
        }

        return TypedResults.Ok(
            new RuleMatches(count, inStock, [.. model.Popular.Best(SampleSize, matching).Select(model.Catalog.Describe)], [])
        );
    }

    private static Ok<RuleWindows> ListWindows(JsonElement body, TimeProvider time)
    {
        var errors = new List<RuleError>();
        RuleSchedule schedule = RuleReader.Schedule(body, "schedule", errors);
        RuleValidator.Validate(schedule, "schedule", errors);
        if (errors.Count > 0)
            return TypedResults.Ok(new RuleWindows([], false, [.. errors]));
        var windows = new ScheduleWindows(schedule);
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(
            new RuleWindows(
                [.. windows.After(now, WindowDays).Take(MostWindows).Select(window => new RuleWindow(window.From, window.To))],
                windows.IsOn(now, out _),
                []
            )
        );
    }

    private static async Task<(RuleDocument Document, List<RuleError> Errors)> DocumentAsync(
        JsonElement? given,
        RuleStore store,
        RuleChecks checks
    )
    {
        if (given is not { ValueKind: not JsonValueKind.Null } json)
            return ((await store.DraftAsync()).Document, []);
        RuleDocument document = checks.Read(json, out List<RuleError> errors);
        return (document, errors);
    }

    private static DateTimeOffset? MomentOf(LocalMoment? at, ref FieldErrors errors)
    {
        if (at is null)
            return null;
        bool isTime = DateTime.TryParseExact(
            at.Local,
            ScheduleWindows.DateTimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out _
        );
        if (!isTime)
            errors.Add("at.local", $"local is '{at.Local}'; it must be a local time such as 2026-11-27T18:00.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(at.TimeZone ?? "", out TimeZoneInfo? zone))
            errors.Add("at.timeZone", $"timeZone is '{at.TimeZone}'; it must be an IANA name such as Europe/Madrid.");
        return isTime && zone is not null ? ScheduleWindows.FirstMoment(at.Local, zone) : null;
    }
}
