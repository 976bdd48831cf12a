using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.History;

namespace RecOps.Bench.Telemetry;

/// <summary>
/// The data directory of a server that seems to have answered requests for an hour: a few recorded seconds, repeated. A server that starts
/// with it has the whole hour at once.
/// </summary>
internal sealed class FullHour : IDisposable
{
    public const int RequestsPerSecond = 50;
    private const int RecordedSeconds = 20;

    // Measurements are written every five seconds.
    private static readonly TimeSpan Written = TimeSpan.FromSeconds(7);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("recops-bench-hour-");

    private FullHour() { }

    /// <summary>The setting that makes a server keep its data here.</summary>
    public (string Name, string Value) Setting => ("Data__Directory", _directory.FullName);

    /// <param name="recorded">The seconds that the hour is built from.</param>
    public static FullHour Of(TelemetrySlice[] recorded)
    {
        var hour = new FullHour();
        using TimelineFile file = hour.Open();
        DateTimeOffset first = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - Timeline.KeptSeconds);
        file.Write(
            1,
            Timeline.KeptSeconds,
            [
                .. Enumerable
                    .Range(0, Timeline.KeptSeconds)
                    .Select(second => recorded[second % recorded.Length] with { Start = first.AddSeconds(second) }),
            ]
        );
        return hour;
    }

    /// <summary>Records seconds of a server that answers requests.</summary>
    /// <param name="startAsync">Starts a server with a setting.</param>
    public static async Task<TelemetrySlice[]> RecordAsync(
        Func<(string Name, string Value), Task<RunningServer>> startAsync,
        CancellationToken cancellation
    )
    {
        using var own = new FullHour();
        await using (RunningServer server = await startAsync(own.Setting))
        {
            await server.LoadAsync(
                new LoadPlan
                {
                    Server = server.Process.Address,
                    Paths = ["/v1/recommendations/u-{user}?count=20&placement=home"],
                    Phases = [new LoadPhase(RequestsPerSecond, RecordedSeconds)],
                    Zipf = 1,
                },
                cancellation,
                withMetrics: false
            );
            await Task.Delay(Written, cancellation);
        }

        using TimelineFile file = own.Open();
        TelemetrySlice[] recorded = [.. file.Read(1, DateTimeOffset.UnixEpoch).Where(slice => slice.Sources.Sum() > 0)];
        return recorded.Length > 0
            ? recorded
            : throw new InvalidOperationException("The server recorded no measurements to build an hour from.");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private TimelineFile Open() =>
        new(
            new DataDirectory(Options.Create(new DataOptions { Directory = _directory.FullName })),
            TimeProvider.System,
            NullLogger<TimelineFile>.Instance
        );
}
