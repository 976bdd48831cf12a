using RecOps.Serving.Validation;

namespace RecOps.Server.Recommendations;

/// <summary>
/// A query parameter that is none: misspelt, or one that only a body has. Passed over, the answer would look right and not be.
/// </summary>
internal static class UnknownParameter
{
    /// <param name="onlyInBody">Fields that the call with a body has beside those.</param>
    /// <param name="post">The call with a body.</param>
    public static string Describe(string name, IReadOnlyCollection<string> known, IReadOnlyCollection<string> onlyInBody, string post) =>
        onlyInBody.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"'{name}' does not fit into a query; send it with {post}."
            : UnknownName.Describe("parameter", name, known);

    /// <summary>Refuses a query on a call whose fields are all in its body.</summary>
    public static RouteHandlerBuilder TakesNoQuery(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(
            (context, next) =>
            {
                IQueryCollection query = context.HttpContext.Request.Query;
                if (query.Count == 0)
                    return next(context);
                var errors = new FieldErrors();
                foreach (string name in query.Keys)
                    errors.Add(name, $"'{name}' is in the query, which this call does not read. Send it in the body.");
                return ValueTask.FromResult<object?>(TypedResults.ValidationProblem(errors.ByField));
            }
        );
}
