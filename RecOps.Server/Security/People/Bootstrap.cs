using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.Sessions;
using RecOps.Server.Storage;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.People;

/// <summary>
/// Creates the roles, the first person and the first key. Generated secrets are printed once, to the console and not to the log.
/// </summary>
internal sealed class Bootstrap(
    UserManager<Person> people,
    RoleManager<IdentityRole> roles,
    ExclusiveChanges exclusive,
    AuditLog audit,
    ApiKeyRing ring,
    KnownBrowser browsers,
    IOptions<BootstrapOptions> options,
    FirstStartNotice notice,
    TimeProvider time
) : IDatabaseSeed
{
    public const string AdminName = "admin";
    private const string KeyName = "storefront (first start)";
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 16;

    /// <summary>Easy to read out; 79 bits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);

    public async Task SeedAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        // Checked first: a complete database is opened without a write, and so even from a full disk.
        Made made = await IsSeededAsync(database, cancellationToken)
            ? default
            : await exclusive.RunAsync(Epoch.People, () => MakeAsync(database, cancellationToken));
        await ring.LoadAsync(database, cancellationToken);
        if (made != default)
            notice.Show(made.Password, made.Key, made.Link);
    }

    private string? GivenKey => options.Value.StorefrontKey is { Length: > 0 } key ? key : null;

    private async Task<bool> IsSeededAsync(RecOpsDatabase database, CancellationToken cancellationToken) =>
        !options.Value.ResetAdmin
        && await database.Roles.CountAsync(cancellationToken) >= Role.All.Length
        && await people.Users.AnyAsync(cancellationToken)
        && !await NeedsKeyAsync(database, cancellationToken);

    /// <summary>A revoked key stays revoked.</summary>
    private async Task<bool> NeedsKeyAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        if (GivenKey is not { } given)
            return !await database.ApiKeys.AnyAsync(cancellationToken);
        string hash = ApiKeySecret.HashOf(given);
        return !await database.ApiKeys.AnyAsync(known => known.Hash == hash, cancellationToken);
    }

    private async Task<Made> MakeAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        foreach (string role in Role.All)
        {
            if (!await roles.RoleExistsAsync(role))
                (await roles.CreateAsync(new IdentityRole(role))).ThrowIfFailed();
        }

        string password = options.Value.AdminPassword is { Length: > 0 } given ? given : NewPassword();
        string? made = options.Value.AdminPassword is { Length: > 0 } ? null : password;
        string? link = null;
        if (options.Value.ResetAdmin && await people.FindByNameAsync(AdminName) is { } known)
        {
            await ResetAsync(known, password);
            link = browsers.LinkFor(known);
        }
        else if (options.Value.ResetAdmin || !await people.Users.AnyAsync(cancellationToken))
            await AddAdminAsync(password);
        else
            made = null;

        return new Made(made, await NeedsKeyAsync(database, cancellationToken) ? AddKey(database) : null, link);
    }

    private async Task AddAdminAsync(string password)
    {
        var admin = new Person
        {
            UserName = AdminName,
            CreatedAt = time.GetUtcNow(),
            LockoutEnabled = true,
        };
        admin.PasswordHash = people.PasswordHasher.HashPassword(admin, password);
        (await people.CreateAsync(admin)).ThrowIfFailed();
        (await people.AddToRoleAsync(admin, Role.Admin)).ThrowIfFailed();
        audit.Add(AuditAction.PersonCreated, AdminName, actor: AuditLog.Server);
    }

    private async Task ResetAsync(Person admin, string password)
    {
        admin.PasswordHash = people.PasswordHasher.HashPassword(admin, password);
        (admin.Disabled, admin.LockoutEnd, admin.AccessFailedCount, admin.MustChangePassword) = (false, null, 0, false);
        (await people.UpdateSecurityStampAsync(admin)).ThrowIfFailed();
        if (!await people.IsInRoleAsync(admin, Role.Admin))
            (await people.AddToRoleAsync(admin, Role.Admin)).ThrowIfFailed();
        audit.Add(AuditAction.PasswordReset, AdminName, actor: AuditLog.Server);
    }

    /// <returns>The key, if it was generated.</returns>
    private string? AddKey(RecOpsDatabase database)
    {
        string key = GivenKey ?? ApiKeySecret.New();
        database.ApiKeys.Add(
            new ApiKey
            {
                Id = Guid.NewGuid().ToString("N"),
                Name = KeyName,
                Hash = ApiKeySecret.HashOf(key),
                Hint = ApiKeySecret.HintOf(key),
                Scopes = string.Join(',', Scope.All),
                CreatedAt = time.GetUtcNow(),
                CreatedBy = AuditLog.Server,
            }
        );
        audit.Add(AuditAction.KeyCreated, KeyName, actor: AuditLog.Server);
        return GivenKey is null ? key : null;
    }

    /// <summary>The generated secrets; null where they were given.</summary>
    private readonly record struct Made(string? Password, string? Key, string? Link);
}
