using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>People, roles, keys and the audit log.</summary>
internal static class SecurityTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<Person> Users => database.Set<Person>();

        public DbSet<IdentityRole> Roles => database.Set<IdentityRole>();

        public DbSet<ApiKey> ApiKeys => database.Set<ApiKey>();

        public DbSet<AuditEntry> Audit => database.Set<AuditEntry>();
    }

    internal sealed class ApiKeys : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("ApiKeys");
            builder.HasIndex(key => key.Hash).IsUnique();
        }
    }

    internal sealed class Audit : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.ToTable("Audit");
            builder.HasIndex(entry => entry.At);
            builder.HasIndex(entry => entry.Actor);
            builder.HasIndex(entry => entry.Action);
        }
    }
}
