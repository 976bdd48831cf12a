using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Pipeline;
using RecOps.Bench.Reports;
using RecOps.Serving.Engine;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Bench.Rules;

/// <summary><c>rules</c>: the cost of rules per list, the cost of publishing, and its effect on the cache.</summary>
internal sealed class RulesSuite : Command
{
    private const string Verb = "rules";
    private const int Standard = 500;
    private const int Publications = 100;
    private static readonly int[] Counts = [0, 10, 100, Standard, 1000];
    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds per phase.",
        HelpName = "n",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<double> _publishing = new("--publish-seconds")
    {
        Description = "Seconds of the phase with publications.",
        HelpName = "n",
        DefaultValueFactory = _ => 70,
    };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Requests per second.",
        HelpName = "n",
        DefaultValueFactory = _ => 1000,
    };

    public RulesSuite()
        : base(Verb, "Measure the cost of rules per list, and a hundred publications under load.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        Options.Add(_seconds);
        Options.Add(_publishing);
        Options.Add(_rate);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "Rules");
        report.Paragraph(
            "Rules of every type over the categories, brands, prices and items of a catalogue, a quarter of them for every request. A "
                + "list has 20 places, filled from 200 candidates drawn from the whole catalogue, for requests that differ in placement, "
                + "country, segment and cluster. Measured: finding the rules that hold, checking whether enough items are left, and "
                + "building the list, on one thread. The slowest lists are those where include rules leave one category and a cap limits "
                + "that same category: the whole list of popular items is then searched in vain."
        );
        if (_servers.Bundle(parsed) != ServerOptions.Demo)
            await WriteCostsAsync(report, ServerOptions.Demo, cancellation);
        RuleDocument document = await WriteCostsAsync(report, _servers.Bundle(parsed), cancellation);
        PublishUnderLoad publisher = await WritePublishingAsync(report, parsed, document, cancellation);
        report.Save(_servers.Out(parsed));
        return publisher.Late > 0 ? 1 : 0;
    }

    /// <returns>The rules that publishing is measured with.</returns>
    private static async Task<RuleDocument> WriteCostsAsync(Report report, string bundle, CancellationToken cancellation)
    {
        await using RecommendationEngine engine = await RecommendationEngine.OpenAsync(bundle, cancellationToken: cancellation);
        int clusters = Bundle.ReadManifest(bundle).Counts.Clusters;
        var shop = new ShopRules(engine.Model.Catalog, clusters, seed: 3);
        RuleDocument standard = RuleDocument.Empty;
        var rows = new List<ArrangementCost>();
        foreach (int count in Counts)
        {
            RuleDocument document = shop.Document(count);
            if (count == Standard)
                standard = document;
            rows.Add(ArrangementCost.Measure(engine.Model, clusters, document));
        }

        report.Heading($"{Figure.Count(engine.Model.Catalog.Count)} items");
        report.Table(
            ["rules", "of them hold", "p50 µs", "p99 µs", "mean CPU µs", "bytes allocated per list", "prepared in, ms"],
            rows.Select(row =>
                (string[])
                    [
                        Figure.Count(row.Rules),
                        Figure.Rate(row.Holding),
                        Figure.Ms(row.P50Micros),
                        Figure.Ms(row.P99Micros),
                        Figure.Ms(row.MeanMicros),
                        Figure.Rate(row.Bytes),
                        Figure.Ms(row.Ready.TotalMilliseconds),
                    ]
            )
        );
        return standard;
    }

    private async Task<PublishUnderLoad> WritePublishingAsync(
        Report report,
        ParseResult parsed,
        RuleDocument document,
        CancellationToken cancellation
    )
    {
        double seconds = parsed.GetValue(_seconds);
        double rate = parsed.GetValue(_rate);
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation);
        await server.Process.SignInAsync(cancellation);
        var publisher = new PublishUnderLoad(server.Process, document);
        await publisher.PublishAsync(0, cancellation);
        publisher.Publishing.Clear();
        publisher.ToEffect.Clear();
        double publishing = parsed.GetValue(_publishing);
        LoadPhase[] loads = [new(rate, 2 * seconds), new(rate, seconds), new(rate, publishing), new(rate, seconds)];
        LoadPlan plan = _load.Open(parsed, server, _servers.Manifest(parsed).Counts.Users, loads) with { Zipf = 1 };
        Task<MeasuredLoad> loading = server.LoadAsync(plan, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(3 * seconds), cancellation);
        await publisher.RunAsync(Publications, TimeSpan.FromSeconds(publishing), cancellation);
        PhaseResult[] phases = (await loading).Result.Phases;
        report.Heading("Publishing under load");
        report.Paragraph(
            $"{Figure.Rate(rate)} requests per second in an open loop, users by Zipf's law, {Standard} rules. After {2 * seconds:0} s of "
                + $"warm-up: {seconds:0} s without publications, "
                + $"{publishing:0} s in which {Publications} versions are published, and {seconds:0} s afterwards."
        );
        report.Table(
            ["", "requests", "not answered with a list", "from the cache", "p50 ms", "p99 ms", "p99.9 ms"],
            [Row("before", phases[1]), Row($"{Publications} publications", phases[2]), Row("after", phases[3])]
        );
        report.Table(
            ["", "p50 ms", "p99 ms"],
            [Times("publishing: store, prepare, put into effect", publisher.Publishing), Times("until the next answer", publisher.ToEffect)]
        );
        report.Paragraph($"Of the {Publications} next answers, {publisher.Late} had an older version.");
        return publisher;
    }

    private static string[] Row(string name, PhaseResult phase) =>
        [
            name,
            Figure.Count(phase.Sent),
            Figure.Count(phase.Sent - phase.Lists),
            Figure.Share(
                phase.Sources.GetValueOrDefault(RecommendationSource.L1) + phase.Sources.GetValueOrDefault(RecommendationSource.Stale),
                phase.Lists
            ),
            Figure.Ms(phase.P50Ms),
            Figure.Ms(phase.P99Ms),
            Figure.Ms(phase.P999Ms),
        ];

    private static string[] Times(string name, List<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return [name, Figure.Ms(sorted[sorted.Length / 2]), Figure.Ms(sorted[sorted.Length * 99 / 100])];
    }
}
