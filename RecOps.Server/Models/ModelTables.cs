using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Models.Switching;
using RecOps.Server.Models.Trials;
using RecOps.Server.Storage;

namespace RecOps.Server.Models;

/// <summary>Model activations and trials.</summary>
internal static class ModelTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<ModelActivation> ModelActivations => database.Set<ModelActivation>();

        public DbSet<ModelTrial> ModelTrials => database.Set<ModelTrial>();
    }

    internal sealed class Activations : IEntityTypeConfiguration<ModelActivation>
    {
        public void Configure(EntityTypeBuilder<ModelActivation> builder)
        {
            builder.ToTable("ModelActivations");
            builder.HasIndex(activation => activation.At);
        }
    }

    internal sealed class Trials : IEntityTypeConfiguration<ModelTrial>
    {
        public void Configure(EntityTypeBuilder<ModelTrial> builder)
        {
            builder.ToTable("ModelTrials");
            builder.HasKey(trial => trial.Kind);
        }
    }
}
