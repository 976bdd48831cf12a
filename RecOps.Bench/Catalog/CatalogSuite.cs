using System.CommandLine;
using System.Diagnostics;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Redis;
using RecOps.Bench.Reports;
using RecOps.Serving.Catalog;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;

namespace RecOps.Bench.Catalog;

/// <summary><c>catalog</c>: how fast a shop can update prices and stock, and how soon another replica serves them.</summary>
internal sealed class CatalogSuite : Command
{
    private const string Verb = "catalog";
    private const int Seen = 40;
    private readonly ServerOptions _servers;
    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Connection string of an empty PostgreSQL database. Without it, only SQLite is measured.",
        HelpName = "string",
    };
    private readonly Option<string?> _against = new("--against")
    {
        Description = "RecOps.Server.dll of another build, to run the same calls against.",
        HelpName = "file",
    };
    private readonly Option<int> _calls = new("--calls")
    {
        Description = $"Number of calls of {CatalogCalls.ItemsOfACall} items for each row.",
        HelpName = "n",
        DefaultValueFactory = _ => 100,
    };

    public CatalogSuite()
        : base(Verb, "Update prices and stock, 1,000 items per call: items per second, and time until another replica serves them.")
    {
        _servers = new ServerOptions(this);
        foreach (Option option in (Option[])[_postgres, _against, _calls])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        int calls = parsed.GetValue(_calls);
        string[] ids = await IdsAsync(_servers.Bundle(parsed), cancellation);
        Report report = ServerOptions.Report(parsed, Verb, "Catalogue changes");
        report.Paragraph(
            $"{calls} calls of {Figure.Count(CatalogCalls.ItemsOfACall)} items each, changing price, stock and an attribute, over "
                + $"the bundle's {Figure.Count(ids.Length)} items; from one caller, and from four at once. Callers and servers share the "
                + $"cores."
        );
        var rows = new List<string[]>();
        if (parsed.GetValue(_against) is { } other)
            await MeasureAsync("the other build", [other], []);
        await MeasureAsync("SQLite", [Repository.Program("RecOps.Server")], []);
        string? postgres = parsed.GetValue(_postgres);
        (string, string)[] shared = postgres is null ? [] : [("Database__Provider", "postgres"), ("ConnectionStrings__Database", postgres)];
        if (postgres is not null)
            await MeasureAsync("PostgreSQL", [Repository.Program("RecOps.Server")], shared);
        report.Table(["", "callers", "items/s", "p50 ms", "p99 ms"], rows);
        if (postgres is not null)
        {
            using var redis = new RedisProcess();
            var seen = new List<string[]>
            {
                await SeenAsync("without Redis", shared),
                await SeenAsync("with Redis", [.. shared, ("ConnectionStrings__Redis", redis.ConnectionString)]),
            };
            report.Paragraph($"Time from the call on one replica until another serves the price, {Seen} times, polled every 2 ms:");
            report.Table(["", "p50 ms", "slowest ms"], seen);
        }

        report.Save(_servers.Out(parsed));
        return 0;

        async Task MeasureAsync(string name, string[] program, (string, string)[] settings)
        {
            await using RunningServer server = await StartAsync(parsed, program, settings, cancellation);
            using var shop = new CatalogCalls(server.Process.Address, ids);
            await shop.ReadyAsync(cancellation);
            for (int call = 0; call < 10; call++)
                await shop.ChangeAsync(call, cancellation);
            foreach (int callers in new[] { 1, 4 })
            {
                var times = new List<double>();
                long start = Stopwatch.GetTimestamp();
                await Task.WhenAll(
                    Enumerable
                        .Range(0, callers)
                        .Select(async caller =>
                        {
                            for (int call = caller; call < calls; call += callers)
                            {
                                double took = (await shop.ChangeAsync(call, cancellation)).TotalMilliseconds;
                                lock (times)
                                    times.Add(took);
                            }
                        })
                );
                double rate = (double)calls * CatalogCalls.ItemsOfACall / Stopwatch.GetElapsedTime(start).TotalSeconds;
                times.Sort();
                rows.Add([
                    name,
                    $"{callers}",
                    Figure.Rate(rate),
                    Figure.Ms(times[times.Count / 2]),
                    Figure.Ms(times[times.Count * 99 / 100]),
                ]);
            }
        }

        async Task<string[]> SeenAsync(string name, (string, string)[] settings)
        {
            await using RunningServer one = await StartAsync(parsed, [Repository.Program("RecOps.Server")], settings, cancellation);
            await using RunningServer two = await StartAsync(parsed, [Repository.Program("RecOps.Server")], settings, cancellation);
            using var shop = new CatalogCalls(one.Process.Address, ids);
            using var other = new CatalogCalls(two.Process.Address, ids);
            await shop.ReadyAsync(cancellation);
            await other.ReadyAsync(cancellation);
            await two.Process.SignInAsync(cancellation);
            var times = new List<double>();
            for (int price = 20_001; price <= 20_000 + Seen; price++)
            {
                long start = Stopwatch.GetTimestamp();
                await shop.SetPriceAsync(price, cancellation);
                while (
                    (
                        await two.Process.PostAsync<ItemLookupResponse>(
                            Routes.ItemLookup,
                            new ItemLookupRequest { ItemIds = [ids[0]] },
                            cancellation
                        )
                    )
                        .Items[0]
                        .Price != price
                )
                    await Task.Delay(2, cancellation);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await Task.Delay(Random.Shared.Next(300), cancellation);
            }

            times.Sort();
            return [name, Figure.Ms(times[times.Count / 2]), Figure.Ms(times[^1])];
        }
    }

    private Task<RunningServer> StartAsync(
        ParseResult parsed,
        string[] program,
        (string Name, string Value)[] own,
        CancellationToken cancellation
    )
    {
        string bundle = _servers.Bundle(parsed);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Models__Directory"] = Path.GetDirectoryName(bundle)!,
            ["Models__Active"] = Path.GetFileName(bundle),
            ["Demo__Traffic"] = "false",
        };
        foreach ((string name, string value) in own)
            settings[name] = value;
        return _servers.StartAsync(parsed, program, settings, cancellation);
    }

    private static async Task<string[]> IdsAsync(string directory, CancellationToken cancellation)
    {
        using var bundle = Bundle.Open(directory);
        ItemCatalog catalog = ItemCatalog.Read(bundle, cancellation);
        return [.. Enumerable.Range(0, catalog.Count).Select(catalog.IdOf)];
    }
}
