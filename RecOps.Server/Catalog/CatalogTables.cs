using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RecOps.Server.Storage;

namespace RecOps.Server.Catalog;

/// <summary>The shop's changes to its items.</summary>
internal static class CatalogTables
{
    extension(RecOpsDatabase database)
    {
        public DbSet<CatalogItem> CatalogItems => database.Set<CatalogItem>();
    }

    internal sealed class Items : IEntityTypeConfiguration<CatalogItem>
    {
        public void Configure(EntityTypeBuilder<CatalogItem> builder)
        {
            builder.ToTable("CatalogItems");
            builder.HasKey(item => item.ItemId);
            builder.HasIndex(item => item.Version).IsUnique();
        }
    }
}
