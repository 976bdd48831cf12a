using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

internal static class AlertEndpoints
{
    private const int ShownRecords = 100;
    private const int LongestSilence = 7 * 24 * 60;

    public static IEndpointRouteBuilder MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Alerts, ListAsync).RequireAuthorization(Access.View);
        RouteGroupBuilder operators = routes.MapGroup("").RequireAuthorization(Access.Operate);
        operators.MapPost(Routes.AlertAcknowledgement, AcknowledgeAsync);
        operators.MapPut(Routes.AlertSilence, SilenceAsync);
        return routes;
    }

    private static async Task<Ok<AlertList>> ListAsync(AlertBoard board, AlertWebhook webhook, RecOpsDatabase database)
    {
        AlertRecord[] records = await database.Alerts.AsNoTracking().OrderByDescending(alert => alert.Id).Take(ShownRecords).ToArrayAsync();
        Dictionary<string, string> titles = AlertRules.All.ToDictionary(rule => rule.Name, rule => rule.Title);
        return TypedResults.Ok(
            new AlertList(
                [.. board.States.OrderBy(Order)],
                [
                    .. records.Select(record => new AlertRecordInfo(
                        record.Id,
                        record.Rule,
                        titles.GetValueOrDefault(record.Rule, record.Rule),
                        record.Severity,
                        record.Server,
                        record.Detail,
                        record.FiredAt,
                        record.ResolvedAt,
                        record.AcknowledgedAt,
                        record.AcknowledgedBy
                    )),
                ],
                webhook.State
            )
        );
    }

    private static async Task<Results<Ok<AlertList>, ProblemHttpResult>> AcknowledgeAsync(
        string rule,
        HttpContext context,
        AlertBoard board,
        AlertMonitor monitor,
        AlertWebhook webhook,
        RecOpsDatabase database,
        ExclusiveChanges exclusive,
        AuditLog audit,
        TimeProvider time
    )
    {
        if (!Exists(rule))
            return NoRule(rule);
        bool isAcknowledged = await exclusive.RunAsync(
            Epoch.Alerts,
            async () =>
            {
                AlertRecord[] open = await database
                    .Alerts.Where(alert => alert.Rule == rule && alert.ResolvedAt == null && alert.AcknowledgedAt == null)
                    .ToArrayAsync();
                if (open.Length == 0)
                    return false;
                foreach (AlertRecord record in open)
                    (record.AcknowledgedAt, record.AcknowledgedBy) = (time.GetUtcNow(), context.User.Identity!.Name);
                audit.Add(AuditAction.AlertAcknowledged, rule);
                return true;
            }
        );
        if (!isAcknowledged)
            return TypedResults.Problem($"{rule} is not firing, or was already acknowledged.", statusCode: StatusCodes.Status409Conflict);
        await monitor.LookAsync(context.RequestAborted);
        return await ListAsync(board, webhook, database);
    }

    private static async Task<Results<Ok<AlertList>, ValidationProblem, ProblemHttpResult>> SilenceAsync(
        string rule,
        SilenceRequest request,
        HttpContext context,
        AlertBoard board,
        AlertMonitor monitor,
        AlertWebhook webhook,
        RecOpsDatabase database,
        ExclusiveChanges exclusive,
        AuditLog audit,
        TimeProvider time
    )
    {
        if (!Exists(rule))
            return NoRule(rule);
        if (request.Minutes is not (>= 0 and <= LongestSilence))
        {
            var errors = new FieldErrors();
            errors.Add(
                "minutes",
                $"minutes is {(request.Minutes is { } minutes ? $"{minutes}" : "missing")}; it must be 0, which ends a silence, to "
                    + $"{LongestSilence}."
            );
            return TypedResults.ValidationProblem(errors.ByField);
        }

        DateTimeOffset until = time.GetUtcNow().AddMinutes(request.Minutes.Value);
        string by = context.User.Identity!.Name!;
        await exclusive.RunAsync(
            Epoch.Alerts,
            async () =>
            {
                AlertSilence? silence = await database.AlertSilences.FindAsync(rule);
                if (request.Minutes == 0)
                {
                    // No silence to end: nothing was done, so nothing is recorded.
                    if (silence is null)
                        return;
                    database.AlertSilences.Remove(silence);
                }
                else if (silence is null)
                    database.AlertSilences.Add(
                        new AlertSilence
                        {
                            Rule = rule,
                            Until = until,
                            By = by,
                        }
                    );
                else
                    (silence.Until, silence.By) = (until, by);

                audit.Add(
                    request.Minutes == 0 ? AuditAction.AlertUnsilenced : AuditAction.AlertSilenced,
                    rule,
                    after: request.Minutes == 0 ? null : $"{{\"minutes\":{request.Minutes}}}"
                );
            }
        );
        await monitor.LookAsync(context.RequestAborted);
        return await ListAsync(board, webhook, database);
    }

    private static bool Exists(string rule) => AlertRules.All.Any(known => known.Name == rule);

    private static ProblemHttpResult NoRule(string rule) =>
        TypedResults.Problem(
            $"Unknown alert rule '{rule}'. Rules are {string.Join(", ", AlertRules.All.Select(known => known.Name))}.",
            statusCode: StatusCodes.Status404NotFound
        );

    private static int Order(AlertState state) =>
        state.Status switch
        {
            AlertStatus.Firing => state.Severity == AlertSeverity.Critical ? 0 : 1,
            AlertStatus.Pending => 2,
            _ => 3,
        };
}
