using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace RecOps.Server.Hosting;

/// <summary>
/// Answers what went wrong as problem details: what features know in their words, what the caller sent wrong by field, everything else
/// without its innards.
/// </summary>
internal sealed partial class ProblemExceptionHandler(
    IRequestCounts counts,
    IEnumerable<IFailureAnswer> features,
    ILogger<ProblemExceptionHandler> logger
) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Headers that were set before the exception are gone.
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";

        // The caller has gone: there is nobody to answer and nothing to count.
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return true;
        bool counted = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<CountedRequest>() is not null;
        if (features.Select(feature => feature.Answer(httpContext, exception)).FirstOrDefault(answer => answer is not null) is { } known)
        {
            await known.ExecuteAsync(httpContext);
            return true;
        }

        if (exception is BadHttpRequestException bad)
        {
            if (counted)
                counts.RecordRejected();
            await Describe(bad).ExecuteAsync(httpContext);
            return true;
        }

        // Of a text with half a character, which only shows where it is read. The library marks those so, and no fault of the server.
        if (exception is InvalidOperationException { Source: "System.Text.Json.Rethrowable" })
        {
            if (counted)
                counts.RecordRejected();
            await TypedResults
                .ValidationProblem(
                    new Dictionary<string, string[]>
                    {
                        ["$"] = ["A text of the body is not valid Unicode: it has half of a surrogate pair, or bytes that are not UTF-8."],
                    }
                )
                .ExecuteAsync(httpContext);
            return true;
        }

        if (counted)
            counts.RecordFailure();
        string traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        LogUnhandled(httpContext.Request.Method, httpContext.Request.Path, traceId, exception);
        await TypedResults
            .Problem(
                features.Select(feature => feature.DetailOfFault(httpContext)).FirstOrDefault(detail => detail is not null)
                    ?? "The server failed; its log has the details under this traceId.",
                statusCode: StatusCodes.Status500InternalServerError,
                extensions: new Dictionary<string, object?> { ["traceId"] = traceId }
            )
            .ExecuteAsync(httpContext);
        return true;
    }

    private static IResult Describe(BadHttpRequestException bad) =>
        bad switch
        {
            { InnerException: JsonException json } => TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { [JsonMistake.FieldOf(json)] = [JsonMistake.MessageOf(json)] },
                "The body is not the JSON that is expected here; see errors."
            ),
            { StatusCode: StatusCodes.Status415UnsupportedMediaType } => TypedResults.Problem(
                "Send JSON with content-type application/json.",
                statusCode: bad.StatusCode
            ),
            { StatusCode: StatusCodes.Status400BadRequest } => TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["$"] = ["A JSON body is needed here, and it must arrive whole."] }
            ),
            _ => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode),
        };

    [LoggerMessage(1901, LogLevel.Error, "{Method} {Path} failed (traceId {TraceId})")]
    private partial void LogUnhandled(string method, string path, string traceId, Exception error);
}
