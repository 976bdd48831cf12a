using Microsoft.AspNetCore.Diagnostics;
using RecOps.Server.Security;

namespace RecOps.Server.Hosting;

internal static class ErrorHandling
{
    public static IServiceCollection AddErrorHandling(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();

        // Unreadable input becomes an exception everywhere, not only in Development, so that it is answered with its field.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Every error status has a problem details body, whoever set it.</summary>
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
            StatusCodes.Status401Unauthorized =>
                $"Sign in, or send a key in the header {StorefrontGate.Header} where the call is one of the storefront API.",
            StatusCodes.Status403Forbidden => "You are signed in, but your role does not allow this. Ask an administrator.",
            StatusCodes.Status429TooManyRequests => "Too many attempts; wait as long as Retry-After says.",
            StatusCodes.Status404NotFound => $"There is nothing at {request.PublicPath(request.Path)}.",
            StatusCodes.Status405MethodNotAllowed =>
                $"{request.PublicPath(request.Path)} takes {response.Headers.Allow}, not {request.Method}.",
            StatusCodes.Status415UnsupportedMediaType => "Send JSON with content-type application/json.",
            StatusCodes.Status413PayloadTooLarge => "The body is larger than Hosting:MaxRequestBodyBytes allows; send smaller batches.",
            _ => null,
        };
        return TypedResults.Problem(detail, statusCode: response.StatusCode).ExecuteAsync(context.HttpContext);
    }
}
