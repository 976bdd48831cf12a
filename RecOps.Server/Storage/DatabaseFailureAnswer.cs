using RecOps.Server.Hosting.Problems;

namespace RecOps.Server.Storage;

/// <summary>
/// Answers database failures. The answer says whether the change was made before the failure, so that nobody repeats it or wrongly believes
/// in it.
/// </summary>
internal sealed partial class DatabaseFailureAnswer(DatabaseState state, ILogger<DatabaseFailureAnswer> logger) : IFailureAnswer
{
    private const string Unavailable =
        "The database cannot be reached or written, so nothing was changed. Try again shortly. Lists are still served.";
    private const string NotRead = "This needs the database, which is not responding. Try again shortly. Lists are still served.";

    private const string Unknown =
        "The connection to the database was lost while saving, so the change may or may not have been made. Check before "
        + "you repeat "
        + "it. Publishing the same rules again is safe: it creates no second version.";

    private const string Collision =
        "Someone else changed the same thing at the same time, so nothing was changed. Check the current state, and try again.";
    private const string Saved = "The change was made, but the server failed to answer. Do not repeat it: reload the page to see it.";

    public IResult? Answer(HttpContext context, Exception failure)
    {
        if (!DatabaseFailure.IsOfDatabase(failure) || HasSaved(context) || Describe(context.Request.Method, failure) is not { } answer)
            return null;
        LogDatabase(context.Request.Method, context.Request.Path, DatabaseFailure.ReasonOf(failure));
        return answer;
    }

    public string? DetailOfFault(HttpContext context) => HasSaved(context) ? Saved : null;

    /// <summary>
    /// Whether the request changed something before it failed. Services that save in their own scope handle later failures themselves.
    /// </summary>
    private static bool HasSaved(HttpContext context)
    {
        try
        {
            return context.RequestServices.GetRequiredService<RecOpsDatabase>().HasSaved;
        }
        catch (IOException)
        {
            // SQLite creates the file, but not its directory.
            return false;
        }
    }

    /// <returns>Null when the database is fine and the server is at fault.</returns>
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

        // Until migrations have run, tables are missing, which is not a fault.
        if (!DatabaseFailure.IsUnavailable(exception) && state.Ready.IsCompleted)
            return null;
        return new ServiceUnavailable(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? NotRead : Unavailable);
    }

    [LoggerMessage(1902, LogLevel.Error, "{Method} {Path} needs the database, which failed: {Reason}")]
    private partial void LogDatabase(string method, string path, string reason);
}
