using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security.People;
using RecOps.Server.Security.Sessions;
using RecOps.Shared;

namespace RecOps.Server.Security;

/// <summary>Shows form mistakes on the sign-in page, and tells former administrators that they lost the role.</summary>
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
