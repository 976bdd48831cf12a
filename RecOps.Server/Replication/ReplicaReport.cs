using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Replication;

/// <summary>Reports this server's epochs to the database.</summary>
internal sealed class ReplicaReport(ActiveModel active, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A server silent for this long is gone.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private DateTimeOffset _next;
    private long _sent = -1;

    /// <summary>Id of this server, new at each start.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Name of the machine; the same after a restart.</summary>
    public string Name { get; } = Environment.MachineName;

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public async Task SendAsync(RecOpsDatabase database, long rulesEpoch, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now < _next && rulesEpoch == _sent)
            return;
        if (await database.Replicas.FindAsync([Id], cancellationToken) is not { } row)
        {
            row = new Replica
            {
                Id = Id,
                Name = Name,
                Started = Started,
            };
            database.Replicas.Add(row);
        }

        row.SeenAt = now;
        row.RulesEpoch = rulesEpoch;
        row.RulesVersion = active.Current?.Rules.Version ?? 0;
        row.ModelVersion = active.Current?.Version ?? "";
        await database.SaveChangesAsync(cancellationToken);
        DateTimeOffset oldest = now - Forgotten;
        await database.Replicas.Where(replica => replica.SeenAt < oldest).ExecuteDeleteAsync(cancellationToken);
        (_next, _sent) = (now + Interval, rulesEpoch);
    }
}
