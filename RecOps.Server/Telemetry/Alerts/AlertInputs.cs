using RecOps.Server.Events;
using RecOps.Server.Telemetry.History;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>All that alert rules look at, as it was at one moment.</summary>
/// <param name="Minute">The last minute,</param>
/// <param name="FiveMinutes">the last five,</param>
/// <param name="HourBefore">and the hour before those.</param>
/// <param name="Replicas">Empty when the database does not say.</param>
/// <param name="DatabaseTrouble">Null while it answers.</param>
/// <param name="RedisState">State of the breaker: closed, open, halfOpen; null without Redis.</param>
/// <param name="RedisDetail">The last failure.</param>
/// <param name="HadDevices">GPUs that were once there.</param>
/// <param name="ChangedBundle">What became of the files of a served bundle; null while they are those that are served.</param>
internal sealed record AlertInputs(
    SloState Slo,
    SliceCounts Minute,
    SliceCounts FiveMinutes,
    SliceCounts HourBefore,
    ReplicaInfo[] Replicas,
    string? DatabaseTrouble,
    string? RedisState,
    string? RedisDetail,
    ProviderState? Provider,
    DeviceState[] Devices,
    int HadDevices,
    string? ChangedBundle
)
{
    public DateTimeOffset Now { get; init; }

    /// <summary>Why telemetry cannot be exported; null while it can, or is not to be.</summary>
    public string? ExportTrouble { get; init; }

    /// <summary>Whether what shoppers do is kept.</summary>
    public EventsState Events { get; init; } = EventsState.Fine;
}
