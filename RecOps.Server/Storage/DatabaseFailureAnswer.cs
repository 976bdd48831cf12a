using RecOps.Server.Hosting;

namespace RecOps.Server.Storage;

/// <summary>
/// Answers failures of the database. Whether a change was made before it failed is said as it is, so that nobody makes it twice or believes
/// it made.
/// </summary>
internal sealed partial class DatabaseFailureAnswer(DatabaseState state, ILogger<DatabaseFailureAnswer> logger) : IFailureAnswer
{
    private const string Unavailable =
        "The database cannot be reached or takes no changes, so nothing was changed; try again in a moment. Lists are served meanwhile.";
    private const string NotRead = "This needs the database, which does not answer; try again in a moment. Lists are served meanwhile.";

    private const string Unknown =
        "The connection to the database broke off while the change was being saved, so it is not known whether it was made. Look before "
        + "you make "
        + "it again. Publishing the same again is safe: it makes no second version.";

    private const string Collision =
        "Somebody else changed the same at the same moment, so nothing was changed. Look at what is there now, and try again.";
    private const string Saved =
        "The change was made, and then the server failed to describe it. Do not make it again: load the page anew to see it.";

    public IResult? Answer(HttpContext context, Exception failure)
    {
        if (!DatabaseFailure.IsOfDatabase(failure) || HasSaved(context) || Describe(context.Request.Method, failure) is not { } answer)
            return null;
        LogDatabase(context.Request.Method, context.Request.Path, DatabaseFailure.ReasonOf(failure));
        return answer;
    }

    public string? DetailOfFault(HttpContext context) => HasSaved(context) ? Saved : null;

    /// <summary>
    /// Whether the request changed something before it failed. Services that save in a scope of their own answer for what follows
    /// themselves.
    /// </summary>
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
        if (exception is SaveInterruptedException)
            return new ServiceUnavailable(Unknown);
        if (DatabaseFailure.IsNulCharacter(exception))
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["$"] = ["A text contains the character U+0000, which is not allowed."] }
            );
        if (DatabaseFailure.IsCollision(exception))
            return TypedResults.Problem(Collision, statusCode: StatusCodes.Status409Conflict);

        // Until it has been brought up to date, tables are missing, and that is no fault.
        if (!DatabaseFailure.IsUnavailable(exception) && state.Ready.IsCompleted)
            return null;
        return new ServiceUnavailable(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? NotRead : Unavailable);
    }

    [LoggerMessage(1902, LogLevel.Error, "{Method} {Path} needs the database, which failed: {Reason}")]
    private partial void LogDatabase(string method, string path, string reason);
}
