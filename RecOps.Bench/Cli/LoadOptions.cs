using System.CommandLine;
using RecOps.Bench.Load;

namespace RecOps.Bench.Cli;

/// <summary>
/// Options of every suite that requests computed lists, and the load built from them: uniform users, so that no list was computed before.
/// </summary>
internal sealed class LoadOptions
{
    private const string ShopperPath = "/v1/recommendations/u-{user}?count=20&placement=home";

    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Maximum number of requests in flight in an open loop.",
        HelpName = "n",
        DefaultValueFactory = _ => 512,
    };

    private readonly Option<double> _slo = new("--slo-ms")
    {
        Description = "Latency SLO in milliseconds; later lists do not count as good.",
        HelpName = "ms",
        DefaultValueFactory = _ => 50,
    };

    private readonly Option<int> _seed = new("--seed") { HelpName = "n", DefaultValueFactory = _ => 1 };

    public LoadOptions(Command command)
    {
        foreach (Option option in (Option[])[_connections, _slo, _seed])
            command.Options.Add(option);
    }

    public double SloMs(ParseResult parsed) => parsed.GetValue(_slo);

    public LoadPlan Open(ParseResult parsed, RunningServer server, int users, params LoadPhase[] phases) =>
        new()
        {
            Server = server.Process.Address,
            Paths = [ShopperPath],
            Phases = phases,
            Connections = parsed.GetValue(_connections),
            Users = users,
            SloMs = parsed.GetValue(_slo),
            Seed = parsed.GetValue(_seed),
        };

    public LoadPlan Closed(ParseResult parsed, RunningServer server, int users, int connections, double seconds) =>
        Open(parsed, server, users, new LoadPhase(0, seconds)) with
        {
            Closed = true,
            Connections = connections,
        };
}
