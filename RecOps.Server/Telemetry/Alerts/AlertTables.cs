using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Storage;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>Alerts that fired, and silenced rules.</summary>
internal static class AlertTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<AlertRecord> Alerts => database.Set<AlertRecord>();

        public DbSet<AlertSilence> AlertSilences => database.Set<AlertSilence>();
    }

    internal sealed class Records : IEntityTypeConfiguration<AlertRecord>
    {
        public void Configure(EntityTypeBuilder<AlertRecord> builder)
        {
            builder.ToTable("Alerts");
            builder.HasIndex(alert => alert.FiredAt);
        }
    }

    internal sealed class Silences : IEntityTypeConfiguration<AlertSilence>
    {
        public void Configure(EntityTypeBuilder<AlertSilence> builder)
        {
            builder.ToTable("AlertSilences");
            builder.HasKey(silence => silence.Rule);
        }
    }
}
