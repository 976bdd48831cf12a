using System.Reflection;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.Machine;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Live;

/// <summary>The server's identity and current load.</summary>
internal sealed class ServerStateReader(
    ActiveModel active,
    Admission admission,
    DeviceReader devices,
    AlertBook book,
    IHostEnvironment environment,
    TimeProvider time
)
{
    private readonly string _version =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "";

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <returns>Null while no model is loaded.</returns>
    public ServerState? Read(ProcessState process)
    {
        if (!active.TryGet(out ServingModel? model))
            return null;
        return new ServerState(
            _version,
            environment.EnvironmentName,
            Started,
            new ModelState(
                model.Manifest.Name,
                model.Manifest.Version,
                model.Manifest.Created,
                model.Manifest.Counts.Items,
                model.Manifest.Counts.Users,
                model.Manifest.Counts.Clusters,
                model.Manifest.Dimension
            ),
            model.Ranker.Provider,
            process
        )
        {
            NoDevices = devices.Absence,
            RulesVersion = model.Rules.Version,
            Replicas = book.Replicas.Count(replica => !replica.IsLost),
            Index = StateOf(model.Index.State),
            Load = new LoadState(
                admission.InFlight,
                admission.Computing,
                admission.ComputingLimit,
                model.Batcher.Waiting + model.Batcher.Following,
                model.Batcher.Lanes
            ),
        };
    }

    private static CandidateIndexState StateOf(IndexState index) =>
        new(index.Kind, index.Cells, index.CellsRead, index.ItemsScored, index.Target, index.Recall, index.Sample);
}
