using Microsoft.Extensions.Options;
using RecOps.Shared.Demo;

namespace RecOps.Server.Demo;

/// <summary>The rate of demo traffic, which the console can change while it runs.</summary>
internal sealed class DemoTrafficControl(IOptions<DemoOptions> options, IHostEnvironment environment)
{
    private volatile DemoTrafficState _state = new(
        options.Value.Traffic ?? environment.IsDevelopment(),
        options.Value.RequestsPerSecond,
        DemoOptions.MaxRequestsPerSecond
    );

    public DemoTrafficState State => _state;

    /// <summary>The current requests per second; 0 while disabled.</summary>
    public double Rate => _state is { Enabled: true } state ? state.RequestsPerSecond : 0;

    /// <summary>Applies a change; null fields stay as they are.</summary>
    public static DemoTrafficState After(DemoTrafficState before, DemoTrafficUpdate update) =>
        before with
        {
            Enabled = update.Enabled ?? before.Enabled,
            RequestsPerSecond = update.RequestsPerSecond ?? before.RequestsPerSecond,
        };

    public DemoTrafficState Change(DemoTrafficUpdate update)
    {
        DemoTrafficState before;
        DemoTrafficState after;
        do
        {
            before = _state;
            after = After(before, update);
        } while (Interlocked.CompareExchange(ref _state, after, before) != before);

        return after;
    }
}
