using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using RecOps.Server.Telemetry;

namespace RecOps.Server.Hosting;

/// <summary>Answers what went wrong as problem details: what the caller sent wrong by field, everything else without its innards.</summary>
internal sealed partial class ProblemExceptionHandler(ServingMetrics metrics, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The caller has gone: there is nobody to answer and nothing to count.
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;
        bool counted = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<CountedRequest>() is not null;
        if (exception is BadHttpRequestException bad)
        {
            if (counted) metrics.RecordRejected();
            await Describe(bad).ExecuteAsync(httpContext);
            return true;
        }

        if (counted) metrics.RecordFailure();
        string traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        LogUnhandled(httpContext.Request.Method, httpContext.Request.Path, traceId, exception);
        await TypedResults.Problem(
            "The server failed; its log has the details under this traceId.", statusCode: StatusCodes.Status500InternalServerError,
            extensions: new Dictionary<string, object?> { ["traceId"] = traceId }).ExecuteAsync(httpContext);
        return true;
    }

    private static IResult Describe(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { [FieldOf(json)] = [MessageOf(json)] },
            "The body is not the JSON that is expected here; see errors."),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => TypedResults.Problem(
            "Send JSON with content-type application/json.", statusCode: bad.StatusCode),
        { StatusCode: StatusCodes.Status400BadRequest } => TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { ["$"] = ["A JSON body is needed here, and it must arrive whole."] }),
        _ => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode),
    };

    /// <summary>The JSON path as callers write it: <c>events[2].type</c>; <c>$</c> for the document itself.</summary>
    private static string FieldOf(JsonException json) => json.Path switch
    {
        null or "" or "$" => "$",
        ['$', '.', .. string rest] => rest,
        ['$', .. string rest] => rest,
        var other => other,
    };

    private static string MessageOf(JsonException json)
    {
        string place = $"line {(json.LineNumber ?? 0) + 1}, byte {json.BytePositionInLine ?? 0}";
        return json.InnerException is null
            ? $"The value is not of the type that belongs here ({place})."
            : $"This is not well-formed JSON ({place}).";
    }

    [LoggerMessage(1901, LogLevel.Error, "{Method} {Path} failed (traceId {TraceId})")]
    private partial void LogUnhandled(string method, string path, string traceId, Exception error);
}
