using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Storage;

/// <summary>Where rules, people, keys, what the shop said of its items and the audit log are kept.</summary>
internal sealed class DatabaseOptions
{
    public const string Section = "Database";
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>sqlite: a file in Data:Directory; postgres: ConnectionStrings:Database. Default sqlite.</summary>
    [AllowedValues(Sqlite, Postgres, ErrorMessage = "must be sqlite or postgres.")]
    public string Provider { get; set; } = Sqlite;
}
