using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Storage;

/// <summary>The database that several servers share.</summary>
internal sealed class PostgresDatabase(DbContextOptions<PostgresDatabase> options) : RecOpsDatabase(options);
