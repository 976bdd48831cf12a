using Microsoft.AspNetCore.Diagnostics;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Security.Keys;

namespace RecOps.Server.Hosting.Problems;

internal static class ErrorHandling
{
    public static IServiceCollection AddErrorHandling(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();

        // Binding failures throw everywhere, not only in Development, so that the answer names the field.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Gives every error status a problem details body, whatever set the status.</summary>
    public static WebApplication UseErrorHandling(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(DescribeAsync);
        return app;
    }

    private static Task DescribeAsync(StatusCodeContext context)
    {
        HttpRequest request = context.HttpContext.Request;
        HttpResponse response = context.HttpContext.Response;
        string? detail = response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => $"Sign in. For storefront API calls, send a key in the {StorefrontGate.Header} header.",
            StatusCodes.Status403Forbidden => "You are signed in, but your role does not allow this. Ask an administrator.",
            StatusCodes.Status429TooManyRequests => "Too many attempts. Wait for the time given in Retry-After.",
            StatusCodes.Status404NotFound => $"There is nothing at {request.PublicPath(request.Path)}.",
            StatusCodes.Status405MethodNotAllowed =>
                $"{request.PublicPath(request.Path)} supports {response.Headers.Allow}, not {request.Method}.",
            StatusCodes.Status415UnsupportedMediaType => "Send JSON with content-type application/json.",
            StatusCodes.Status413PayloadTooLarge => "The body exceeds Hosting:MaxRequestBodyBytes. Send smaller batches.",
            _ => null,
        };
        return TypedResults.Problem(detail, statusCode: response.StatusCode).ExecuteAsync(context.HttpContext);
    }
}
