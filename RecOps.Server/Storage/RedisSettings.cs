using RecOps.Server.Hosting;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>Checks the connection string at start.</summary>
internal sealed class RedisSettings : ISettingsCheck
{
    public IEnumerable<string> Failures(IConfiguration configuration)
    {
        string? text = configuration.GetConnectionString(RedisConnection.Name);
        if (string.IsNullOrEmpty(text))
            yield break;
        string? wrong = null;
        try
        {
            if (ConfigurationOptions.Parse(text).EndPoints.Count == 0)
                wrong = "it names no server";
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            wrong = error.Message.TrimEnd('.');
        }

        // The text may contain a password.
        if (wrong is not null)
            yield return $"ConnectionStrings:Redis cannot be used: {wrong}. It must be like 'host:6379' or "
                + $"'host:6379,password=…,ssl=true'.";
    }
}
