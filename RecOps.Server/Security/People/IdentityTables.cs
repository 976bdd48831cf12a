using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RecOps.Server.Security.People;

/// <summary>
/// The tables of ASP.NET Core Identity, as its own context creates them (schema version 1). Using that context would make it the base class
/// of the whole database.
/// </summary>
internal static class IdentityTables
{
    private const int NameLength = 256;

    internal sealed class People : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> builder)
        {
            builder.ToTable("AspNetUsers");
            builder.HasKey(person => person.Id);
            builder.HasIndex(person => person.NormalizedUserName).HasDatabaseName("UserNameIndex").IsUnique();
            builder.HasIndex(person => person.NormalizedEmail).HasDatabaseName("EmailIndex");
            builder.Property(person => person.ConcurrencyStamp).IsConcurrencyToken();
            builder.Property(person => person.UserName).HasMaxLength(NameLength);
            builder.Property(person => person.NormalizedUserName).HasMaxLength(NameLength);
            builder.Property(person => person.Email).HasMaxLength(NameLength);
            builder.Property(person => person.NormalizedEmail).HasMaxLength(NameLength);
            builder.HasMany<IdentityUserClaim<string>>().WithOne().HasForeignKey(claim => claim.UserId).IsRequired();
            builder.HasMany<IdentityUserLogin<string>>().WithOne().HasForeignKey(login => login.UserId).IsRequired();
            builder.HasMany<IdentityUserToken<string>>().WithOne().HasForeignKey(token => token.UserId).IsRequired();
            builder.HasMany<IdentityUserRole<string>>().WithOne().HasForeignKey(role => role.UserId).IsRequired();
        }
    }

    internal sealed class Roles : IEntityTypeConfiguration<IdentityRole>
    {
        public void Configure(EntityTypeBuilder<IdentityRole> builder)
        {
            builder.ToTable("AspNetRoles");
            builder.HasKey(role => role.Id);
            builder.HasIndex(role => role.NormalizedName).HasDatabaseName("RoleNameIndex").IsUnique();
            builder.Property(role => role.ConcurrencyStamp).IsConcurrencyToken();
            builder.Property(role => role.Name).HasMaxLength(NameLength);
            builder.Property(role => role.NormalizedName).HasMaxLength(NameLength);
            builder.HasMany<IdentityUserRole<string>>().WithOne().HasForeignKey(member => member.RoleId).IsRequired();
            builder.HasMany<IdentityRoleClaim<string>>().WithOne().HasForeignKey(claim => claim.RoleId).IsRequired();
        }
    }

    internal sealed class Members : IEntityTypeConfiguration<IdentityUserRole<string>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserRole<string>> builder)
        {
            builder.ToTable("AspNetUserRoles");
            builder.HasKey(member => new { member.UserId, member.RoleId });
        }
    }

    internal sealed class Claims : IEntityTypeConfiguration<IdentityUserClaim<string>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserClaim<string>> builder)
        {
            builder.ToTable("AspNetUserClaims");
            builder.HasKey(claim => claim.Id);
        }
    }

    internal sealed class RoleClaims : IEntityTypeConfiguration<IdentityRoleClaim<string>>
    {
        public void Configure(EntityTypeBuilder<IdentityRoleClaim<string>> builder)
        {
            builder.ToTable("AspNetRoleClaims");
            builder.HasKey(claim => claim.Id);
        }
    }

    internal sealed class Logins : IEntityTypeConfiguration<IdentityUserLogin<string>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserLogin<string>> builder)
        {
            builder.ToTable("AspNetUserLogins");
            builder.HasKey(login => new { login.LoginProvider, login.ProviderKey });
        }
    }

    internal sealed class Tokens : IEntityTypeConfiguration<IdentityUserToken<string>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserToken<string>> builder)
        {
            builder.ToTable("AspNetUserTokens");
            builder.HasKey(token => new
            {
                token.UserId,
                token.LoginProvider,
                token.Name,
            });
        }
    }
}
