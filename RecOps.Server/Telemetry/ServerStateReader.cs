using System.Reflection;
using RecOps.Server.Models;
using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>What the server is and how busy its process is. Shares are of the time since the last call; one caller at a time.</summary>
internal sealed class ServerStateReader(ActiveModel active, Admission admission, IHostEnvironment environment, TimeProvider time)
{
    private readonly string _version =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
    private long _lastTimestamp = time.GetTimestamp();
    private TimeSpan _lastCpu = Environment.CpuUsage.TotalTime;
    private TimeSpan _lastPause = GC.GetTotalPauseDuration();

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <returns>Null while no model is loaded.</returns>
    public ServerState? Read()
    {
        ProcessState process = ReadProcess();
        if (!active.TryGet(out ServingModel? model)) return null;
        return new ServerState(
            _version, environment.EnvironmentName, Started,
            new ModelState(
                model.Manifest.Name, model.Manifest.Version, model.Manifest.Created, model.Manifest.Counts.Items, model.Manifest.Counts.Users,
                model.Manifest.Counts.Clusters, model.Manifest.Dimension),
            model.Ranker.Provider, process)
        {
            Index = StateOf(model.Index.State),
            Load = new LoadState(
                admission.InFlight, admission.Computing, admission.ComputingLimit, model.Batcher.Waiting + model.Batcher.Following,
                model.Batcher.Lanes),
        };
    }

    private static CandidateIndexState StateOf(IndexState index) =>
        new(index.Kind, index.Cells, index.CellsRead, index.ItemsScored, index.Target, index.Recall, index.Sample);

    private ProcessState ReadProcess()
    {
        long now = time.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        TimeSpan pause = GC.GetTotalPauseDuration();
        TimeSpan wall = time.GetElapsedTime(_lastTimestamp, now);
        double cpuPercent = Share(cpu - _lastCpu, wall * Environment.ProcessorCount);
        double pausePercent = Share(pause - _lastPause, wall);
        (_lastTimestamp, _lastCpu, _lastPause) = (now, cpu, pause);
        return new ProcessState(
            cpuPercent, Environment.ProcessorCount, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), pausePercent);
    }

    private static double Share(TimeSpan part, TimeSpan whole) =>
        whole <= TimeSpan.Zero ? 0 : Math.Clamp(100 * (part / whole), 0, 100);
}
