using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Clusters;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Models;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.Live;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>What people did and what happened to the server, to be marked in charts.</summary>
internal static class AnnotationEndpoints
{
    private const int Most = 200;
    private static readonly TimeSpan DefaultLength = TimeSpan.FromHours(1);

    public static IEndpointRouteBuilder MapAnnotations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Annotations, ListAsync).RequireAuthorization(Access.View);
        return routes;
    }

    private static async Task<Results<Ok<AnnotationList>, ValidationProblem>> ListAsync(
        string? from,
        string? to,
        string? last,
        RecOpsDatabase database,
        ServerStateReader server,
        WarmRunner warming,
        TimeProvider time
    )
    {
        var errors = new FieldErrors();
        (DateTimeOffset begin, DateTimeOffset end) = QueryStretch.Read(from, to, last, DefaultLength, time.GetUtcNow(), ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        var found = new List<Annotation>();
        if (server.Started >= begin && server.Started <= end)
            found.Add(new Annotation(server.Started, AnnotationKind.Start, "Server started"));

        // This server's runs that people started; the others coincide with its start and with model changes.
        found.AddRange(
            warming
                .All()
                .Runs.Where(run =>
                    run.Trigger == WarmRunner.FromConsole && run.Started is { } started && started >= begin && started <= end
                )
                .Select(Describe)
        );

        // The newest few, then filtered by time: there are not many.
        var models = await database
            .ModelActivations.AsNoTracking()
            .OrderByDescending(row => row.Id)
            .Take(Most)
            .Select(row => new
            {
                row.At,
                row.Model,
                row.Kind,
                row.By,
            })
            .ToArrayAsync();
        found.AddRange(
            models
                .Where(row => row.At >= begin && row.At <= end)
                .Select(row => new Annotation(row.At, AnnotationKind.Model, $"Model {row.Model} {row.Kind} by {row.By}"))
        );
        var rules = await database
            .PublishedRules.AsNoTracking()
            .OrderByDescending(row => row.Version)
            .Take(Most)
            .Select(row => new
            {
                row.PublishedAt,
                row.Version,
                row.PublishedBy,
            })
            .ToArrayAsync();
        found.AddRange(
            rules
                .Where(row => row.PublishedAt >= begin && row.PublishedAt <= end)
                .Select(row => new Annotation(
                    row.PublishedAt,
                    AnnotationKind.Rules,
                    string.Create(CultureInfo.InvariantCulture, $"Rules {row.Version} published by {row.PublishedBy}")
                ))
        );
        return TypedResults.Ok(new AnnotationList([.. found.OrderBy(annotation => annotation.At)]));
    }

    private static Annotation Describe(WarmRun run)
    {
        string what = run.IsOver
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{run.State}, {run.Warmed:#,0} lists in {((run.Ended - run.Started) ?? default).TotalSeconds:0} s"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{run.State}, {run.Done:#,0} of {run.Planned:#,0} shoppers");
        return new Annotation(run.Started!.Value, AnnotationKind.Warming, $"Warming {what}");
    }
}
