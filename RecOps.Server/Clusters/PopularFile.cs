using RecOps.Server.Storage;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;

namespace RecOps.Server.Clusters;

/// <summary>Keeps popularity across restarts. The file is replaced atomically; an unreadable file is ignored.</summary>
internal sealed partial class PopularFile(DataDirectory data, ILogger<PopularFile> logger)
{
    private const string Name = "popular.bin";

    /// <param name="snapshot">A <see cref="PopularSnapshot"/>.</param>
    public void Write(byte[] snapshot)
    {
        try
        {
            data.Replace(Name, snapshot);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }
    }

    public void Restore(ServingModel model)
    {
        try
        {
            string path = data.PathOf(Name);
            if (!File.Exists(path))
                return;
            PopularSnapshot.Bring(File.ReadAllBytes(path), model);
            model.Clusters.Popular.Refresh();
            model.Popular.Refresh();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogNotRead(error.Message);
        }
    }

    [LoggerMessage(1521, LogLevel.Warning, "Popularity could not be saved: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(1522, LogLevel.Warning, "Saved popularity could not be read, so popular lists start from the bundle's: {Reason}")]
    private partial void LogNotRead(string reason);
}
