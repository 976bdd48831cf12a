using System.Globalization;
using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Audit;

internal static class AuditEndpoints
{
    private const int PageSize = 100;
    private const int MaxExported = 100_000;

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").RequireAuthorization(Access.Act);
        group.MapGet(Routes.Audit, ListAsync);
        group.MapGet(Routes.AuditExport, ExportAsync);
        return routes;
    }

    private static async Task<Results<Ok<AuditPage>, ValidationProblem>> ListAsync(
        [AsParameters] AuditQuery query,
        string? before,
        RecOpsDatabase database
    )
    {
        var errors = new FieldErrors();
        IQueryable<AuditEntry> entries = query.Apply(database.Audit.AsNoTracking(), ref errors);
        long id = 0;
        if (!string.IsNullOrEmpty(before) && !long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out id))
            errors.Add("before", $"before is '{before}'; it must be an entry's id.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (id > 0)
            entries = entries.Where(entry => entry.Id < id);
        AuditEntry[] found = await entries.OrderByDescending(entry => entry.Id).Take(PageSize + 1).ToArrayAsync();
        string[] actors = await database.Audit.Select(entry => entry.Actor).Distinct().OrderBy(actor => actor).Take(500).ToArrayAsync();
        return TypedResults.Ok(
            new AuditPage([.. found.Take(PageSize).Select(Describe)], found.Length > PageSize ? found[PageSize - 1].Id : null, actors)
        );
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> ExportAsync(
        [AsParameters] AuditQuery query,
        RecOpsDatabase database,
        TimeProvider time
    )
    {
        var errors = new FieldErrors();
        IQueryable<AuditEntry> entries = query.Apply(database.Audit.AsNoTracking(), ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        using var text = new MemoryStream();
        await using (CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true))
        {
            csv.WriteRecord(["id", "at", "actor", "action", "subject", "address", "before", "after"]);
            await foreach (AuditEntry entry in entries.OrderByDescending(entry => entry.Id).Take(MaxExported).AsAsyncEnumerable())
            {
                csv.WriteRecord([
                    entry.Id.ToString(CultureInfo.InvariantCulture),
                    entry.At.ToString("O", CultureInfo.InvariantCulture),
                    entry.Actor,
                    entry.Action,
                    entry.Subject,
                    entry.Address,
                    entry.Before ?? "",
                    entry.After ?? "",
                ]);
            }
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"recops-audit-{time.GetUtcNow():yyyyMMdd-HHmm}.csv");
        return TypedResults.File(text.ToArray(), "text/csv; charset=utf-8", name);
    }

    private static AuditRecord Describe(AuditEntry entry) =>
        new(entry.Id, entry.At, entry.Actor, entry.Action, entry.Subject, entry.Address, entry.Before, entry.After);
}
