namespace RecOps.Server.Hosting;

/// <summary>Answers failures of a kind that a feature knows.</summary>
internal interface IFailureAnswer
{
    /// <returns>Null for a failure of another kind.</returns>
    IResult? Answer(HttpContext context, Exception failure);

    /// <returns>What has to be said of the request when the server is at fault; null for nothing.</returns>
    string? DetailOfFault(HttpContext context) => null;
}
