using System.CommandLine;
using System.Net;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Redis;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Faults;

/// <summary><c>faults</c>: whether events that were answered 202 survive faults.</summary>
internal sealed class FaultsSuite : Command
{
    private const string Verb = "faults";
    private const string Page = "faults-events";
    private const int Senders = 4;
    private const int Flaps = 5;
    private const int LooksElsewhere = 10;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(3);
    private readonly ServerOptions _servers;

    private readonly Option<string?> _program = new("--program")
    {
        Description = "RecOps.Server.dll of another build, to compare with.",
        HelpName = "file",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds that each fault lasts.",
        HelpName = "n",
        DefaultValueFactory = _ => 5,
    };

    public FaultsSuite()
        : base(
            Verb,
            "Send numbered events while the server is killed, Redis is lost, the log is locked or the disk is full. Needs redis-server "
                + "in the PATH; the full disk needs root."
        )
    {
        _servers = new ServerOptions(this);
        Options.Add(_program);
        Options.Add(_seconds);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Page, "Events and faults");
        TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        EventFaultResult[] now = await RunAsync(parsed, null, duration, cancellation);
        EventFaultResult[] before = parsed.GetValue(_program) is { } program ? await RunAsync(parsed, program, duration, cancellation) : [];
        report.Paragraph(
            $"{Senders} senders, calls of 10 events, each event from a different shopper. Each fault lasts {duration.TotalSeconds:0} s; "
                + $"refused events are sent again afterwards. Then the server is killed (SIGKILL) and restarted, and asked for a list for "
                + "every shopper whose event was answered 202. An event is lost if its shopper gets the popular list. With Redis, a new "
                + "replica is asked too."
        );
        report.Table(
            ["fault", "answered 202", "answered 503, sent again", "broken connections", "lost after restart", "lost on another replica"],
            [.. now.SelectMany(result => Rows(result, Array.Find(before, old => old.Name == result.Name)))]
        );
        report.Save(_servers.Out(parsed));
        return now.Any(result => result is { Lost: > 0 } or { LostElsewhere: > 0 }) ? 1 : 0;
    }

    private static string[][] Rows(EventFaultResult now, EventFaultResult? before) =>
        before is null ? [Row(now, now.Name)] : [Row(before, $"{now.Name}: before"), Row(now, "now")];

    private static string[] Row(EventFaultResult result, string name) =>
        [
            name,
            Figure.Count(result.Answered),
            Figure.Count(result.Refused),
            Figure.Count(result.Unanswered),
            Figure.Count(result.Lost),
            result.LostElsewhere is { } elsewhere ? Figure.Count(elsewhere) : Figure.None,
        ];

    private static EventFault[] Faults(TimeSpan duration) =>
        [
            new("killed", false, (_, cancellation) => Task.Delay(duration, cancellation)),
            new("killed, with Redis", true, (_, cancellation) => Task.Delay(duration, cancellation)),
            new("log locked by another program", false, (stage, cancellation) => stage.LockLogAsync(duration, cancellation)),
            new("disk full", false, (stage, cancellation) => stage.FillDiskAsync(duration, cancellation), FillsDisk: true),
            new("disk full, with Redis", true, (stage, cancellation) => stage.FillDiskAsync(duration, cancellation), FillsDisk: true),
            new("Redis away, then back with nothing", true, (stage, cancellation) => RestartAsync(stage, duration, cancellation)),
            new(
                "Redis flapping, each time back with nothing",
                true,
                async (stage, cancellation) =>
                {
                    for (int i = 0; i < Flaps; i++)
                    {
                        await RestartAsync(stage, duration / Flaps / 2, cancellation);
                        await Task.Delay(duration / Flaps / 2, cancellation);
                    }
                }
            ),
            new(
                "Redis frozen",
                true,
                async (stage, cancellation) =>
                {
                    stage.Redis.Freeze();
                    await Task.Delay(duration, cancellation);
                    stage.Redis.Thaw();
                }
            ),
        ];

    private static async Task RestartAsync(FaultStage stage, TimeSpan away, CancellationToken cancellation)
    {
        stage.Redis.Kill();
        await Task.Delay(away, cancellation);
        stage.Redis.Restart();
    }

    private async Task<EventFaultResult[]> RunAsync(ParseResult parsed, string? program, TimeSpan duration, CancellationToken cancellation)
    {
        var results = new List<EventFaultResult>();
        foreach (EventFault fault in Faults(duration))
        {
            string data = Directory.CreateTempSubdirectory("recops-faults-").FullName;
            bool mounted = fault.FillsDisk && FaultStage.TryMount(data);
            try
            {
                if (mounted || !fault.FillsDisk)
                    results.Add(await RunAsync(parsed, program, fault, data, cancellation));
            }
            finally
            {
                if (mounted)
                    FaultStage.Unmount(data);
                Directory.Delete(data, recursive: true);
            }
        }

        return [.. results];
    }

    private async Task<EventFaultResult> RunAsync(
        ParseResult parsed,
        string? program,
        EventFault fault,
        string data,
        CancellationToken cancellation
    )
    {
        using RedisProcess? redis = fault.UsesRedis ? new RedisProcess() : null;
        using var shoppers = new NumberedShoppers();
        string item;
        using var stop = new CancellationTokenSource();
        Task sending = Task.CompletedTask;
        RunningServer server = await StartAsync(parsed, program, data, redis, cancellation);
        try
        {
            item = await shoppers.SomeItemAsync(server.Process.Address, cancellation);
            sending = shoppers.SendAsync(server.Process.Address, item, Senders, stop.Token);
            await Task.Delay(Before, cancellation);
            await fault.HappenAsync(new FaultStage(server, data, redis), cancellation);
            await Task.Delay(After, cancellation);
        }
        finally
        {
            // The server is killed while events arrive, so it writes nothing on exit.
            await server.DisposeAsync();
            await stop.CancelAsync();
            await sending;
        }

        (int answered, int refused) = (shoppers.Answered.Length, shoppers.Refused.Length);
        await using RunningServer again = await StartAsync(parsed, program, data, redis, cancellation);
        await shoppers.RepeatRefusedAsync(again.Process.Address, item, cancellation);
        int lost = await shoppers.LostAsync(again.Process.Address, "home", cancellation);
        if (redis is null)
            return new EventFaultResult(fault.Name, answered, refused, shoppers.Unanswered, lost, null);
        string elsewhere = Directory.CreateTempSubdirectory("recops-faults-").FullName;
        try
        {
            await using RunningServer other = await StartAsync(parsed, program, elsewhere, redis, cancellation);
            return new EventFaultResult(
                fault.Name,
                answered,
                refused,
                shoppers.Unanswered,
                lost,
                await LostElsewhereAsync(shoppers, other, cancellation)
            );
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    /// <summary>
    /// Events that waited for Redis may still be on their way. Asks for another placement, since a list computed by the other replica does
    /// not show that this one knows the event.
    /// </summary>
    private static async Task<int> LostElsewhereAsync(NumberedShoppers shoppers, RunningServer other, CancellationToken cancellation)
    {
        int lost = await shoppers.LostAsync(other.Process.Address, "cart", cancellation);
        for (int i = 0; i < LooksElsewhere && lost > 0; i++)
        {
            await Task.Delay(After, cancellation);
            lost = await shoppers.LostAsync(other.Process.Address, "cart", cancellation);
        }

        return lost;
    }

    private Task<RunningServer> StartAsync(
        ParseResult parsed,
        string? program,
        string data,
        RedisProcess? redis,
        CancellationToken cancellation
    ) =>
        _servers.StartAsync(
            parsed,
            program,
            [
                ("Data__Directory", data),
                ("Caching__NegativeTtl", "0"),
                ("Serving__DeadlineMs", "10000"),
                ("Caching__L2DeadlineMs", "1000"),
                ("RateLimits__Enabled", "false"),
                .. redis is null ? [] : new[] { ("ConnectionStrings__Redis", redis.ConnectionString) },
            ],
            cancellation
        );
}
