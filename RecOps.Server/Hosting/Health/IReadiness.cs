namespace RecOps.Server.Hosting.Health;

/// <summary>A feature's check in /health/ready.</summary>
internal interface IReadiness
{
    HealthCheck Check();
}
