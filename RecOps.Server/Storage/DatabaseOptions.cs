using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Storage;

/// <summary>Where rules, people, keys, catalogue changes and the audit log are stored.</summary>
internal sealed class DatabaseOptions
{
    public const string Section = "Database";
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>sqlite: a file in Data:Directory; postgres: ConnectionStrings:Database. Default sqlite.</summary>
    [AllowedValues(Sqlite, Postgres, ErrorMessage = "must be sqlite or postgres.")]
    public string Provider { get; set; } = Sqlite;
}
