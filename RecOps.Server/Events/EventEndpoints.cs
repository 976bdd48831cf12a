using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Security;

namespace RecOps.Server.Events;

internal static class EventEndpoints
{
    /// <summary>A full disk or a locked log rarely recovers within a second.</summary>
    private const int RetryAfterSeconds = 2;

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(Routes.Events, PostAsync)
            .TakesNoQuery()
            .RequireScope(Scope.Events, Access.Act)
            .WithMetadata(new SmallAnswer())
            .WithTags("Events")
            .WithName("PostEvents")
            .WithSummary("Records shopper events; they count from the next answer on");
        routes.MapGet(Routes.Attribution, Report).RequireAuthorization(Access.View);
        return routes;
    }

    private static Results<Ok<AttributionReport>, ValidationProblem> Report(string? hours, Attribution attribution)
    {
        int asked = Attribution.Hours;
        bool isNumber = string.IsNullOrEmpty(hours) || int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out asked);
        if (isNumber && asked is >= 1 and <= Attribution.Hours)
            return TypedResults.Ok(attribution.Report(asked));
        var errors = new FieldErrors();
        errors.Add("hours", $"hours is '{hours}'; it must be 1 to {Attribution.Hours}.");
        return TypedResults.ValidationProblem(errors.ByField);
    }

    private static async Task<Results<Accepted<EventsResponse>, ValidationProblem, ServiceUnavailable>> PostAsync(
        EventsRequest request,
        ActiveModel active,
        EventIntake intake,
        IRequestCounts metrics
    )
    {
        var errors = new FieldErrors();
        ShopEvent[] incoming = request.Events ?? [];
        if (incoming.Length is < 1 or > EventIntake.MaxEvents)
        {
            errors.Add("events", $"events has {incoming.Length} entries; it must have 1 to {EventIntake.MaxEvents}.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        (EventsResponse? response, string? refusal) = await intake.TakeAsync(model, incoming);
        if (response is null)
            return new ServiceUnavailable(refusal!, RetryAfterSeconds);
        metrics.RecordEvents(response.Accepted);
        return TypedResults.Accepted((string?)null, response);
    }
}
