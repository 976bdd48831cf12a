using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace RecOps.Server.Storage;

/// <summary>The database as a file, for one server.</summary>
internal sealed class SqliteDatabase(DbContextOptions<SqliteDatabase> options) : RecOpsDatabase(options)
{
    /// <summary>In Data:Directory.</summary>
    public const string FileName = "recops.db";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <summary>SQLite has no time type with an offset; numbers sort and compare.</summary>
    private sealed class UnixMilliseconds()
        : ValueConverter<DateTimeOffset, long>(
            time => time.ToUnixTimeMilliseconds(),
            number => DateTimeOffset.FromUnixTimeMilliseconds(number)
        );
}
