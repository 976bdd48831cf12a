using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>One line of the server card.</summary>
public sealed record ServerFact(string Name, string Value)
{
    /// <param name="at">When the server was in this state; its uptime is counted up to then.</param>
    internal static IReadOnlyList<ServerFact> From(ServerState server, DateTimeOffset at, TimeZoneInfo zone) =>
        [
            new("Model", $"{server.Model.Name} {server.Model.Version}"),
            new("Created", TimeText.Date(server.Model.Created, zone)),
            new("Items", Quantity.Count(server.Model.Items).Value),
            new("Users", Quantity.Count(server.Model.Users).Value),
            new("Clusters", Quantity.Count(server.Model.Clusters).Value),
            new("Dimension", Quantity.Count(server.Model.Dimension).Value),
            new("Provider", $"{server.Provider.Actual}, {server.Provider.Precision} (configured: {server.Provider.Configured})"),
            new("Why", server.Provider.Reason),
            new("Server", $"{server.Version}, {server.Environment}"),
            new("Uptime", TimeText.Duration(at - server.Started is { Ticks: > 0 } up ? up : TimeSpan.Zero)),
            new("GC pauses", $"{Quantity.Percent(server.Process.GcPausePercent)} of time"),
        ];
}
