using System.Text.Json.Serialization;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>The server's identity and state at the end of a slice.</summary>
internal sealed record StatusSnapshot(ServerState Server, SloState Slo, FiringAlert[] Alerts)
{
    /// <inheritdoc cref="TelemetrySlice.IsWhole"/>
    [JsonIgnore]
    public bool IsWhole =>
        this is { Server: { Model: not null, Provider: not null, Process: not null }, Slo.Windows: not null, Alerts: not null };
}
