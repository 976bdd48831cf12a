using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using RecOps.Server.Hosting.Http;

namespace RecOps.Server.Hosting.Problems;

/// <summary>
/// Answers exceptions as problem details: failures that a feature recognizes in its own words, mistakes in the request by field, everything
/// else without internal details.
/// </summary>
internal sealed partial class ProblemExceptionHandler(
    IRequestCounts counts,
    IEnumerable<IFailureAnswer> features,
    ILogger<ProblemExceptionHandler> logger
) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Headers set before the exception are gone.
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";

        // The client has disconnected: there is nothing to answer or to count.
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

        // A text with half a surrogate pair, which only shows when it is read. The library marks such texts; the server is not at fault.
        if (exception is InvalidOperationException { Source: "System.Text.Json.Rethrowable" })
        {
            if (counted)
                counts.RecordRejected();
            await TypedResults
                .ValidationProblem(
                    new Dictionary<string, string[]>
                    {
                        ["$"] = ["The body has text that is not valid Unicode: an unpaired surrogate, or bytes that are not UTF-8."],
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
                    ?? "The server failed. Its log has the details under this traceId.",
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
                "The body is not the expected JSON. See errors."
            ),
            { StatusCode: StatusCodes.Status415UnsupportedMediaType } => TypedResults.Problem(
                "Send JSON with content-type application/json.",
                statusCode: bad.StatusCode
            ),
            { StatusCode: StatusCodes.Status400BadRequest } => TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["$"] = ["A complete JSON body is required."] }
            ),
            _ => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode),
        };

    [LoggerMessage(1901, LogLevel.Error, "{Method} {Path} failed (traceId {TraceId})")]
    private partial void LogUnhandled(string method, string path, string traceId, Exception error);
}
