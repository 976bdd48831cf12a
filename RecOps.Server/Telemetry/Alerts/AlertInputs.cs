using RecOps.Server.Events;
using RecOps.Server.Telemetry.History;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>A consistent snapshot of everything that alert rules evaluate.</summary>
/// <param name="Minute">The last minute,</param>
/// <param name="FiveMinutes">The last five minutes,</param>
/// <param name="HourBefore">and the hour before those.</param>
/// <param name="Replicas">Empty when the database cannot be read.</param>
/// <param name="DatabaseTrouble">Null while the database answers.</param>
/// <param name="RedisState">State of the breaker: closed, open, halfOpen; null without Redis.</param>
/// <param name="RedisDetail">The last failure.</param>
/// <param name="HadDevices">Number of GPUs that were once present.</param>
/// <param name="ChangedBundle">How the files of a served bundle have changed; null while they match the served ones.</param>
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

    /// <summary>Why telemetry cannot be exported; null while it can, or when export is off.</summary>
    public string? ExportTrouble { get; init; }

    /// <summary>Whether shopper events are saved.</summary>
    public EventsState Events { get; init; } = EventsState.Fine;
}
