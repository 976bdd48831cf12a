using System.Data.Common;
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

        if (IsOfDatabase(exception))
        {
            LogDatabase(httpContext.Request.Method, httpContext.Request.Path, exception.GetBaseException().Message.Split('\n')[0]);
            await new ServiceUnavailable("The database cannot be reached, so nothing was changed; try again in a moment. Lists are served meanwhile.")
                .ExecuteAsync(httpContext);
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

    /// <summary>EF Core wraps what the provider throws, differently by what it was doing.</summary>
    private static bool IsOfDatabase(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is DbException) return true;
        }

        return false;
    }

    private static IResult Describe(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { [JsonMistake.FieldOf(json)] = [JsonMistake.MessageOf(json)] },
            "The body is not the JSON that is expected here; see errors."),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => TypedResults.Problem(
            "Send JSON with content-type application/json.", statusCode: bad.StatusCode),
        { StatusCode: StatusCodes.Status400BadRequest } => TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { ["$"] = ["A JSON body is needed here, and it must arrive whole."] }),
        _ => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode),
    };

    [LoggerMessage(1902, LogLevel.Error, "{Method} {Path} needs the database, which failed: {Reason}")]
    private partial void LogDatabase(string method, string path, string reason);

    [LoggerMessage(1901, LogLevel.Error, "{Method} {Path} failed (traceId {TraceId})")]
    private partial void LogUnhandled(string method, string path, string traceId, Exception error);
}
