using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Storage;

namespace RecOps.Server.Rules.Publishing;

/// <summary>The draft, its published versions, pending publications, and the kill switch.</summary>
internal static class RuleTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<RuleDraft> RuleDrafts => database.Set<RuleDraft>();

        public DbSet<PublishedRules> PublishedRules => database.Set<PublishedRules>();

        public DbSet<Publication> Publications => database.Set<Publication>();

        public DbSet<RuleSwitch> RuleSwitches => database.Set<RuleSwitch>();
    }

    internal sealed class Drafts : IEntityTypeConfiguration<RuleDraft>
    {
        public void Configure(EntityTypeBuilder<RuleDraft> builder)
        {
            builder.ToTable("RuleDrafts");
            builder.Property(draft => draft.Id).ValueGeneratedNever();
            builder.Property(draft => draft.Revision).IsConcurrencyToken();
        }
    }

    internal sealed class Versions : IEntityTypeConfiguration<PublishedRules>
    {
        public void Configure(EntityTypeBuilder<PublishedRules> builder)
        {
            builder.ToTable("PublishedRules");
            builder.HasKey(rules => rules.Version);
            builder.Property(rules => rules.Version).ValueGeneratedNever();
        }
    }

    internal sealed class Publications : IEntityTypeConfiguration<Publication>
    {
        public void Configure(EntityTypeBuilder<Publication> builder)
        {
            builder.ToTable("Publications");
            builder.HasIndex(publication => publication.State);
            builder.Property(publication => publication.State).IsConcurrencyToken();
        }
    }

    internal sealed class Switches : IEntityTypeConfiguration<RuleSwitch>
    {
        public void Configure(EntityTypeBuilder<RuleSwitch> builder)
        {
            builder.ToTable("RuleSwitches");
            builder.Property(rules => rules.Id).ValueGeneratedNever();
        }
    }
}
