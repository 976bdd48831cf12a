namespace RecOps.Shared.Security;

public sealed record SignInRequest
{
    public string? User { get; init; }

    public string? Password { get; init; }
}

/// <summary>Who is signed in.</summary>
/// <param name="Roles">Of <see cref="Role"/>.</param>
/// <param name="MustChangePassword">The password was set by someone else.</param>
/// <param name="HasPassword">False for people who sign in elsewhere.</param>
public sealed record SessionInfo(string User, string[] Roles, bool MustChangePassword, bool HasPassword);

/// <summary>How a 401 says why a session ended.</summary>
public static class SessionEnding
{
    /// <summary>The header with the reason, to be passed on to the sign-in page.</summary>
    public const string Header = "X-Session-Ended";

    /// <summary>The reason when the server gave none.</summary>
    public const string Expired = "expired";
}

public sealed record PasswordChange
{
    public string? Current { get; init; }

    public string? New { get; init; }
}
