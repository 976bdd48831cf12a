using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;
using Xunit;

namespace RecOps.Tests.Server.Storage;

public sealed class MigrationTests
{
    /// <summary>Fails if the stored model changed without a migration: run <c>dotnet ef migrations add</c> for both providers.</summary>
    [Fact]
    public void Migrations_OfBothProviders_LeadToWhatIsStored()
    {
        using SqliteDatabase sqlite = new DesignTimeSqlite().CreateDbContext([]);
        using PostgresDatabase postgres = new DesignTimePostgres().CreateDbContext([]);

        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(postgres.Database.HasPendingModelChanges());
        Assert.Equal(
            sqlite.Model.GetEntityTypes().Select(entity => entity.Name).Order(StringComparer.Ordinal),
            postgres.Model.GetEntityTypes().Select(entity => entity.Name).Order(StringComparer.Ordinal)
        );
    }
}
