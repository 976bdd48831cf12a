using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>Roles, the first person and the first key. What was made up is printed once, to the console and not to the log.</summary>
internal sealed class Bootstrap(
    UserManager<Person> people, RoleManager<IdentityRole> roles, AuditLog audit, ApiKeyRing ring, IOptions<BootstrapOptions> options,
    FirstStartNotice notice, TimeProvider time) : IDatabaseSeed
{
    public const string AdminName = "admin";
    private const string KeyName = "storefront (first start)";
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 16;

    /// <summary>Easy to read out; 79 bits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);

    public async Task SeedAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        foreach (string role in Role.All)
        {
            if (!await roles.RoleExistsAsync(role)) await roles.CreateAsync(new IdentityRole(role));
        }

        string? password = await SeedAdminAsync(cancellationToken);
        string? key = await SeedKeyAsync(database, cancellationToken);
        await ring.LoadAsync(database, cancellationToken);
        if (password is not null || key is not null) notice.Show(password, key);
    }

    /// <returns>The password, when it was made up.</returns>
    private async Task<string?> SeedAdminAsync(CancellationToken cancellationToken)
    {
        string password = options.Value.AdminPassword is { Length: > 0 } given ? given : NewPassword();
        string? made = options.Value.AdminPassword is { Length: > 0 } ? null : password;
        if (!await people.Users.AnyAsync(cancellationToken))
        {
            var admin = new Person { UserName = AdminName, CreatedAt = time.GetUtcNow(), LockoutEnabled = true };
            admin.PasswordHash = people.PasswordHasher.HashPassword(admin, password);
            if (!(await people.CreateAsync(admin)).Succeeded) return null;
            await people.AddToRoleAsync(admin, Role.Admin);
            await audit.WriteAsync(AuditAction.PersonCreated, AdminName, actor: AuditLog.Server);
            return made;
        }

        if (!options.Value.ResetAdmin || await people.FindByNameAsync(AdminName) is not { } known) return null;
        known.PasswordHash = people.PasswordHasher.HashPassword(known, password);
        (known.Disabled, known.LockoutEnd, known.AccessFailedCount, known.MustChangePassword) = (false, null, 0, false);
        await people.UpdateSecurityStampAsync(known);
        if (!await people.IsInRoleAsync(known, Role.Admin)) await people.AddToRoleAsync(known, Role.Admin);
        await audit.WriteAsync(AuditAction.PasswordReset, AdminName, actor: AuditLog.Server);
        return made;
    }

    /// <returns>The key, when it was made up.</returns>
    private async Task<string?> SeedKeyAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        string? given = options.Value.StorefrontKey is { Length: > 0 } text ? text : null;
        if (given is null && await database.ApiKeys.AnyAsync(cancellationToken)) return null;
        string key = given ?? ApiKeySecret.New();
        string hash = ApiKeySecret.HashOf(key);

        // A key that was revoked stays so.
        if (await database.ApiKeys.AnyAsync(known => known.Hash == hash, cancellationToken)) return null;
        database.ApiKeys.Add(new ApiKey
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = KeyName,
            Hash = hash,
            Hint = ApiKeySecret.HintOf(key),
            Scopes = string.Join(',', Scope.All),
            CreatedAt = time.GetUtcNow(),
            CreatedBy = AuditLog.Server,
        });
        audit.Add(AuditAction.KeyCreated, KeyName, actor: AuditLog.Server);
        await database.SaveChangesAsync(cancellationToken);
        return given is null ? key : null;
    }
}
