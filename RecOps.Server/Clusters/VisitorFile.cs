using RecOps.Server.Storage;
using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Serving.Users;

namespace RecOps.Server.Clusters;

/// <summary>
/// Keeps the estimate across restarts, by user id so that it fits the next bundle too. The file is replaced atomically; an unreadable file
/// is ignored.
/// </summary>
internal sealed partial class VisitorFile(DataDirectory data, ILogger<VisitorFile> logger)
{
    private const string Name = "visitors.bin";
    private const uint Magic = 0x32565252;
    private const int Most = 500_000;

    public void Write(ServingModel model)
    {
        try
        {
            (int User, VisitorEstimate.Visits Visits)[] seen =
            [
                .. model.Visitors.All().OrderByDescending(entry => entry.Visits.LastMinute).Take(Most),
            ];
            byte[] bytes = SealedBytes.Seal(
                Magic,
                writer =>
                {
                    writer.Write(seen.Length);
                    foreach ((int user, VisitorEstimate.Visits visits) in seen)
                    {
                        writer.Write(model.Users.IdOf(user));
                        writer.Write(visits.Fast);
                        writer.Write(visits.Slow);
                        writer.Write(visits.LastMinute);
                    }

                    // Clusters belong to one model; these counts say nothing about another's.
                    writer.Write(model.Generation);
                    writer.Write(model.Visitors.Hours.All.Length);
                    foreach (ClusterHours.Count count in model.Visitors.Hours.All)
                    {
                        writer.Write(count.Visits);
                        writer.Write(count.Hours);
                    }
                }
            );
            data.Replace(Name, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }
    }

    public void Restore(VisitorEstimate visitors, UserDirectory users, ulong generation)
    {
        try
        {
            string path = data.PathOf(Name);
            if (!File.Exists(path))
                return;
            using BinaryReader reader = SealedBytes.Open(Magic, File.ReadAllBytes(path));
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                string id = reader.ReadString();
                var visits = new VisitorEstimate.Visits(reader.ReadSingle(), reader.ReadSingle(), reader.ReadDouble());
                if (users.TryGetOrdinal(id, out int user))
                    visitors.Restore(user, visits);
            }

            if (reader.ReadUInt64() != generation)
                return;
            int counts = reader.ReadInt32();
            if (counts != visitors.Hours.All.Length)
                return;
            for (int i = 0; i < counts; i++)
                visitors.Hours.Restore(i, new ClusterHours.Count(reader.ReadSingle(), reader.ReadDouble()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogNotRead(error.Message);
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "The visitor estimate could not be saved: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(1502, LogLevel.Warning, "The saved visitor estimate could not be read, so it starts empty: {Reason}")]
    private partial void LogNotRead(string reason);
}
