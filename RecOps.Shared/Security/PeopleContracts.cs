namespace RecOps.Shared.Security;

/// <param name="Roles">Of <see cref="Role"/>.</param>
/// <param name="LockedUntil">After too many wrong passwords; null when not locked.</param>
/// <param name="SignsInElsewhere">With an account of an identity provider.</param>
public sealed record PersonInfo(
    string User,
    string[] Roles,
    bool Disabled,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt,
    bool MustChangePassword,
    bool SignsInElsewhere
);

public sealed record PersonList(PersonInfo[] People);

public sealed record NewPerson
{
    /// <summary>Letters, digits and <c>-._@+</c>; at most 64.</summary>
    public string? User { get; init; }

    public string[]? Roles { get; init; }
}

/// <summary>Absent fields stay as they are.</summary>
public sealed record PersonUpdate
{
    public string[]? Roles { get; init; }

    /// <summary>
    /// The roles as they were last read: if they have changed since, nothing is changed. Absent to change them in any case.
    /// </summary>
    public string[]? ExpectedRoles { get; init; }

    public bool? Disabled { get; init; }

    /// <summary>True to unlock a person who was locked out.</summary>
    public bool? Unlock { get; init; }
}

/// <param name="Password">To be handed over; shown once. The first sign-in with it asks for a new one.</param>
public sealed record PersonPassword(PersonInfo Person, string Password);
