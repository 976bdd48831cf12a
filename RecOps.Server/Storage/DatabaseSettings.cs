using Npgsql;
using RecOps.Server.Hosting;

namespace RecOps.Server.Storage;

/// <summary>Checks the database's connection string at start.</summary>
internal sealed class DatabaseSettings : ISettingsCheck
{
    /// <summary>Name in ConnectionStrings.</summary>
    public const string Name = "Database";

    public IEnumerable<string> Failures(IConfiguration configuration)
    {
        if (configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}"] != DatabaseOptions.Postgres)
            yield break;
        string? wrong = null;
        string? text = configuration.GetConnectionString(Name);
        if (string.IsNullOrWhiteSpace(text))
        {
            wrong = "it is missing";
        }
        else
        {
            try
            {
                if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host))
                    wrong = "it names no Host";
            }
            catch (ArgumentException error)
            {
                wrong = error.Message.Split('\n')[0].TrimEnd('.');
            }
        }

        // The text may contain a password.
        if (wrong is not null)
            yield return $"ConnectionStrings:Database cannot be used: {wrong}. With Database:Provider=postgres it must be like "
                + $"'Host=db;Database=recops;Username=recops;Password=…'.";
    }
}
