using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry;
using RecOps.Shared;

namespace RecOps.Server.Hosting;

/// <summary>
/// Answers what went wrong as problem details: what the caller sent wrong by field, everything else without its innards. Whether a change
/// was made before it went wrong is said as it is, so that nobody makes it twice or believes it made.
/// </summary>
internal sealed partial class ProblemExceptionHandler(
    ServingMetrics metrics, DatabaseState state, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private const string Unavailable = "The database cannot be reached or takes no changes, so nothing was changed; try again in a moment. Lists are served meanwhile.";
    private const string NotRead = "This needs the database, which does not answer; try again in a moment. Lists are served meanwhile.";

    private const string Unknown =
        "The connection to the database broke off while the change was being saved, so it is not known whether it was made. Look before you make "
        + "it again. Publishing the same again is safe: it makes no second version.";

    private const string Collision = "Somebody else changed the same at the same moment, so nothing was changed. Look at what is there now, and try again.";
    private const string Saved = "The change was made, and then the server failed to describe it. Do not make it again: load the page anew to see it.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Headers that were set before the exception are gone.
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";

        // The caller has gone: there is nobody to answer and nothing to count.
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;
        bool counted = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<CountedRequest>() is not null;
        if (exception is BadHttpRequestException && httpContext.Request.Path.Equals(Routes.SignIn, StringComparison.Ordinal))
        {
            // People see this one; a page says it.
            await SignInPage.Unreadable(httpContext.Request).ExecuteAsync(httpContext);
            return true;
        }

        if (exception is BadHttpRequestException bad)
        {
            if (counted) metrics.RecordRejected();
            await Describe(bad).ExecuteAsync(httpContext);
            return true;
        }

        // Of a text with half a character, which only shows where it is read. The library marks those so, and no fault of the server.
        if (exception is InvalidOperationException { Source: "System.Text.Json.Rethrowable" })
        {
            if (counted) metrics.RecordRejected();
            await TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["$"] = ["A text of the body is not valid Unicode: it has half of a surrogate pair, or bytes that are not UTF-8."] }).ExecuteAsync(httpContext);
            return true;
        }

        if (exception is NotAdministratorException)
        {
            await TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(httpContext);
            return true;
        }

        bool saved = HasSaved(httpContext);
        if (!saved && DatabaseFailure.IsOfDatabase(exception) && Describe(httpContext.Request.Method, exception) is { } failure)
        {
            LogDatabase(httpContext.Request.Method, httpContext.Request.Path, DatabaseFailure.ReasonOf(exception));
            await failure.ExecuteAsync(httpContext);
            return true;
        }

        if (counted) metrics.RecordFailure();
        string traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        LogUnhandled(httpContext.Request.Method, httpContext.Request.Path, traceId, exception);
        await TypedResults.Problem(
            saved ? Saved : "The server failed; its log has the details under this traceId.", statusCode: StatusCodes.Status500InternalServerError,
            extensions: new Dictionary<string, object?> { ["traceId"] = traceId }).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Whether the request changed something before it failed. Services that save in a scope of their own answer for what follows themselves.</summary>
    private static bool HasSaved(HttpContext context)
    {
        try
        {
            return context.RequestServices.GetRequiredService<RecOpsDatabase>().HasSaved;
        }
        catch (IOException)
        {
            // There is no directory for one.
            return false;
        }
    }

    /// <returns>Null when the database did what it should, and the server is at fault.</returns>
    private IResult? Describe(string method, Exception exception)
    {
        if (exception is SaveInterruptedException) return new ServiceUnavailable(Unknown);
        if (DatabaseFailure.IsNulCharacter(exception))
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["$"] = ["A text contains the character U+0000, which is not allowed."] });
        if (DatabaseFailure.IsCollision(exception)) return TypedResults.Problem(Collision, statusCode: StatusCodes.Status409Conflict);

        // Until it has been brought up to date, tables are missing, and that is no fault.
        if (!DatabaseFailure.IsUnavailable(exception) && state.Ready.IsCompleted) return null;
        return new ServiceUnavailable(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? NotRead : Unavailable);
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
