namespace RecOps.Server.Hosting;

/// <summary>A feature's check in /health/ready.</summary>
internal interface IReadiness
{
    HealthCheck Check();
}
