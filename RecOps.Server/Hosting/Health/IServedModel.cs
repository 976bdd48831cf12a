using RecOps.Shared.Telemetry;

namespace RecOps.Server.Hosting.Health;

/// <summary>The serving model and its execution provider, for /health/ready.</summary>
internal interface IServedModel
{
    ModelReport Model { get; }

    ProviderState Provider { get; }
}
