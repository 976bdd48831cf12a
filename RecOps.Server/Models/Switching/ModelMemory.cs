using System.Text.Json;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Remembers which bundle this server served last, so that it serves it again after a restart, with or without its database. If
/// Models:Active has changed since, the setting wins.
/// </summary>
internal sealed partial class ModelMemory(DataDirectory data, IOptions<ModelsOptions> options, ILogger<ModelMemory> logger)
{
    private const string FileName = "active-model.json";

    /// <summary>Bundle to serve: the configured one, unless another was activated under the same setting.</summary>
    public string Bundle => Read() is { } memory && memory.Configured == options.Value.Active ? memory.Bundle : options.Value.Active;

    public void Remember(string bundle)
    {
        try
        {
            var served = new RememberedModel(bundle, options.Value.Active);
            data.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(served, ModelContracts.Default.RememberedModel));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }
    }

    private RememberedModel? Read()
    {
        try
        {
            string path = data.PathOf(FileName);
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelContracts.Default.RememberedModel) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(error.Message);
            return null;
        }
    }

    [LoggerMessage(1013, LogLevel.Warning, "The active model could not be saved: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(1014, LogLevel.Warning, "The last active model could not be read: {Reason}. Serving Models:Active")]
    private partial void LogNotRead(string reason);
}

/// <param name="Configured">Models:Active at that time.</param>
internal sealed record RememberedModel(string Bundle, string Configured);
