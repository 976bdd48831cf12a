using Microsoft.Extensions.Options;
using RecOps.Serving.Models;
using RecOps.Shared.Demo;

namespace RecOps.Server.Demo;

/// <summary>The rate of demo traffic, which the console can change while it runs.</summary>
internal sealed class DemoTrafficControl(IOptions<DemoOptions> options, IHostEnvironment environment, ActiveModel active)
{
    /// <summary>Name of the bundle that is shipped.</summary>
    private const string DemoShop = "demo";

    private volatile DemoTrafficUpdate _chosen = new()
    {
        Enabled = options.Value.Traffic,
        RequestsPerSecond = options.Value.RequestsPerSecond,
    };

    public DemoTrafficState State => StateOf(_chosen);

    /// <summary>The current requests per second; 0 while disabled.</summary>
    public double Rate => State is { Enabled: true } state ? state.RequestsPerSecond : 0;

    /// <summary>
    /// Unless somebody chose, only the demo shop has simulated shoppers: on another model they would leave events under the names of a real
    /// shop's customers.
    /// </summary>
    private bool IsExpected => environment.IsDevelopment() && active.Current?.Manifest.Name == DemoShop;

    /// <summary>Applies a change; null fields stay as they are.</summary>
    public static DemoTrafficState After(DemoTrafficState before, DemoTrafficUpdate update) =>
        before with
        {
            Enabled = update.Enabled ?? before.Enabled,
            RequestsPerSecond = update.RequestsPerSecond ?? before.RequestsPerSecond,
        };

    public DemoTrafficState Change(DemoTrafficUpdate update)
    {
        DemoTrafficUpdate before;
        DemoTrafficUpdate after;
        do
        {
            before = _chosen;
            after = new DemoTrafficUpdate
            {
                Enabled = update.Enabled ?? before.Enabled,
                RequestsPerSecond = update.RequestsPerSecond ?? before.RequestsPerSecond,
            };
        } while (Interlocked.CompareExchange(ref _chosen, after, before) != before);

        return StateOf(after);
    }

    private DemoTrafficState StateOf(DemoTrafficUpdate chosen) =>
        new(chosen.Enabled ?? IsExpected, chosen.RequestsPerSecond!.Value, DemoOptions.MaxRequestsPerSecond);
}
