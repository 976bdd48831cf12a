using RecOps.Server.Hosting;
using RecOps.Shared;

namespace RecOps.Server.Security;

/// <summary>People see what is wrong with a form of the page to sign in on; who is no administrator any more is told so.</summary>
internal sealed class SecurityFailures : IFailureAnswer
{
    public IResult? Answer(HttpContext context, Exception failure) =>
        failure switch
        {
            BadHttpRequestException when context.Request.Path.Equals(Routes.SignIn, StringComparison.Ordinal) => SignInPage.Unreadable(
                context.Request
            ),
            NotAdministratorException => TypedResults.Problem(failure.Message, statusCode: StatusCodes.Status403Forbidden),
            _ => null,
        };
}
