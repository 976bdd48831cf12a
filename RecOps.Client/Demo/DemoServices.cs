namespace RecOps.Client.Demo;

/// <summary>The switch of the demo shop's traffic.</summary>
internal static class DemoServices
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddScoped<DemoTrafficClient>();
}
