using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.Capacity;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Live;
using RecOps.Server.Telemetry.SlowRequests;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

internal static class TelemetryEndpoints
{
    private const int MostSlowRequests = 50;

    public static IEndpointRouteBuilder MapTelemetry(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.TelemetryStream, Stream).RequireAuthorization(Access.View);
        routes.MapGet(Routes.TelemetrySnapshot, Snapshot).RequireAuthorization(Access.View);
        routes.MapGet(Routes.TelemetryHistory, HistoryAsync).RequireAuthorization(Access.View);
        routes.MapGet(Routes.LatencyMap, Map).RequireAuthorization(Access.View);
        routes.MapGet(Routes.SlowRequests, Slow).RequireAuthorization(Access.View);
        routes.MapGet(Routes.Capacity, Capacities).RequireAuthorization(Access.View);
        routes.MapAnnotations();
        routes.MapAlerts();
        routes.MapRunbooks();
        routes
            .MapPrometheusScrapingEndpoint(Routes.Metrics)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .RequireScope(Scope.Metrics, Access.ViewMetrics);
        return routes;
    }

    private static ServerSentEventsResult<byte[]> Stream(TelemetryFeed feed, IHostApplicationLifetime lifetime, HttpContext context)
    {
        // Disposed when the response is complete. Otherwise an open stream would hold up the shutdown.
        var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(ends);

        // Otherwise nginx would buffer the seconds.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(feed.WatchAsync(ends.Token));
    }

    private static Results<Ok<TelemetrySnapshot>, ValidationProblem, ProblemHttpResult> Snapshot(
        string? at,
        Timeline timeline,
        TimeProvider time
    )
    {
        var errors = new FieldErrors();
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset second = QueryTime.Read("at", at, ref errors) ?? now;
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);

        // Prevents overflow at the ends of the calendar.
        TelemetrySlice[] minute =
            (second - now).Duration().TotalMinutes <= Timeline.KeptMinutes ? timeline.UpTo(second, Timeline.MinuteSeconds) : [];
        if (minute.Length == 0)
            return TypedResults.Problem(
                $"There is no data for {second:O}. Seconds are kept for an hour, minutes for two days.",
                statusCode: StatusCodes.Status404NotFound
            );
        StatusSnapshot? status = minute[^1].Status;
        return TypedResults.Ok(
            new TelemetrySnapshot(second.AddSeconds(1), TelemetryWindows.Of([minute[^1]]), TelemetryWindows.Of(minute), status?.Server)
            {
                Slo = status?.Slo,
                Alerts = status?.Alerts,
            }
        );
    }

    private static Results<Ok<CapacityFacts>, ServiceUnavailable> Capacities(CapacityReader reader) =>
        reader.Read() is { } facts ? TypedResults.Ok(facts) : new ServiceUnavailable("No model is loaded yet.");

    private static Results<Ok<LatencyMap>, ValidationProblem> Map(
        string? from,
        string? to,
        string? last,
        string? step,
        string? stage,
        Timeline timeline,
        TimeProvider time
    )
    {
        var errors = new FieldErrors();
        HistoryQuery query = HistoryQuery.Parse(from, to, last, step, time.GetUtcNow(), ref errors);
        int place = string.IsNullOrEmpty(stage) ? Array.IndexOf(Stage.All, Stage.Total) : Array.IndexOf(Stage.All, stage);
        if (place < 0)
            errors.Add("stage", $"stage is '{stage}'; it must be one of {string.Join(", ", Stage.All)}.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        return TypedResults.Ok(LatencyMaps.Of(timeline.Between(query.From, query.To, query.StepSeconds), query.StepSeconds, place));
    }

    private static Results<Ok<SlowRequestList>, ValidationProblem> Slow(
        string? from,
        string? to,
        string? last,
        SlowRequestLog slow,
        TimeProvider time
    )
    {
        var errors = new FieldErrors();
        HistoryQuery query = HistoryQuery.Parse(from, to, last, step: "86400", time.GetUtcNow(), ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        return TypedResults.Ok(new SlowRequestList(slow.Between(query.From, query.To, MostSlowRequests)));
    }

    private static async Task<Results<HistoryAnswer, ValidationProblem>> HistoryAsync(
        string? from,
        string? to,
        string? last,
        string? step,
        Timeline timeline,
        TimelineKeeping keeping,
        WindowTexts texts,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        HistoryQuery query = HistoryQuery.Parse(from, to, last, step, time.GetUtcNow(), ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);

        // Otherwise a page opened while the server starts would be told that there is no past, and believe it.
        await keeping.Restored.WaitAsync(cancellation);
        return new HistoryAnswer(
            query.StepSeconds,
            timeline.StepsBetween(query.From, query.To, query.StepSeconds).Select(slices => texts.Of(slices))
        );
    }
}
