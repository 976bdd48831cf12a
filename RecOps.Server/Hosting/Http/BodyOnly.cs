using RecOps.Serving.Validation;

namespace RecOps.Server.Hosting.Http;

/// <summary>Calls whose fields are all in their body. A field in the query would be passed over, and the answer would look right.</summary>
internal static class BodyOnly
{
    /// <summary>Refuses a query, naming each field in it.</summary>
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
