using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Storage;

namespace RecOps.Server.Replication;

/// <summary>Epochs of the subjects, and what each replica serves.</summary>
internal static class ReplicationTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<Epoch> Epochs => database.Set<Epoch>();

        public DbSet<Replica> Replicas => database.Set<Replica>();
    }

    internal sealed class Epochs : IEntityTypeConfiguration<Epoch>
    {
        public void Configure(EntityTypeBuilder<Epoch> builder)
        {
            builder.ToTable("Epochs");
            builder.HasKey(epoch => epoch.Subject);
            builder.Property(epoch => epoch.Value).IsConcurrencyToken();
        }
    }

    internal sealed class Replicas : IEntityTypeConfiguration<Replica>
    {
        public void Configure(EntityTypeBuilder<Replica> builder) => builder.ToTable("Replicas");
    }
}
