using RecOps.Shared.Telemetry;

namespace RecOps.Server.Hosting;

/// <summary>The model that answers, and what it runs on, for /health/ready.</summary>
internal interface IServedModel
{
    ModelReport Model { get; }

    ProviderState Provider { get; }
}
