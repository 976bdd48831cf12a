namespace RecOps.Server.Hosting;

/// <summary>What a feature says in /health/ready of whether the server can serve.</summary>
internal interface IReadiness
{
    HealthCheck Check();
}
