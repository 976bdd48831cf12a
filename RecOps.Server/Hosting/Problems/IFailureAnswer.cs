namespace RecOps.Server.Hosting.Problems;

/// <summary>Answers failures that a feature recognizes.</summary>
internal interface IFailureAnswer
{
    /// <returns>Null for other failures.</returns>
    IResult? Answer(HttpContext context, Exception failure);

    /// <returns>The log message for a failure of the server; null for none.</returns>
    string? DetailOfFault(HttpContext context) => null;
}
