using System.Diagnostics;
using RecOps.Bench.Processes;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Rules;

namespace RecOps.Bench.Rules;

/// <summary>The cost of applying rules to a ranked list, on one thread.</summary>
/// <param name="Ready">Time to prepare the rules for the model.</param>
/// <param name="Holding">Mean number of rules that hold for a request.</param>
/// <param name="MeanMicros">Mean CPU time.</param>
/// <param name="Bytes">Bytes allocated per list.</param>
internal sealed record ArrangementCost(
    int Rules,
    TimeSpan Ready,
    double Holding,
    double P50Micros,
    double P99Micros,
    double MeanMicros,
    double Bytes
)
{
    private const int Candidates = 200;
    private const int Places = 20;
    private const int Lists = 20_000;
    private const int Requests = 997;

    public static ArrangementCost Measure(ServingModel model, int clusters, RuleDocument document)
    {
        long start = Stopwatch.GetTimestamp();
        using var rules = new RuleSet(document, 1, model.Catalog, model.Popular);
        TimeSpan ready = Stopwatch.GetElapsedTime(start);
        Request[] requests = [.. Draw(model, rules, clusters)];
        var arrangement = new ListArrangement();
        var list = new RankedItem[Places];
        var touched = new ulong[Places * Math.Max(1, rules.Words)];
        var micros = new double[Lists];
        double holding = 0;
        for (int i = 0; i < Lists; i++)
            Arrange(requests[i % Requests]);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan cpu = ThreadTime.Now;
        for (int i = 0; i < Lists; i++)
        {
            long began = Stopwatch.GetTimestamp();
            Arrange(requests[i % Requests]);
            micros[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        cpu = ThreadTime.Now - cpu;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        foreach (Request request in requests)
        {
            arrangement.Rules.Begin(rules, request.Moment);
            foreach (ulong word in arrangement.Rules.Bits)
                holding += ulong.PopCount(word);
        }

        Array.Sort(micros);
        return new ArrangementCost(
            document.Rules.Length,
            ready,
            holding / Requests,
            micros[Lists / 2],
            micros[Lists * 99 / 100],
            cpu.TotalMicroseconds / Lists,
            (double)allocated / Lists
        );

        // The same steps as for a request: find the rules that hold, check whether the cached list has enough items, and build the list.
        void Arrange(Request request)
        {
            arrangement.Rules.Begin(rules, request.Moment);
            _ = arrangement.Rules.Narrow;
            var input = new ListInput
            {
                Ranked = new RankedSpan(request.Items, request.Scores),
                Popular = model.Popular.Ordinals,
                Filter = new ItemFilter(model.Catalog.InStock, request.Hidden),
                History = FreshHistory.Empty,
                Now = request.Moment.Now,
            };
            _ = arrangement.Covers(input, Places);
            arrangement.Arrange(input, list, touched.AsSpan(0, Places * rules.Words));
        }
    }

    /// <summary>Lists of items from the whole catalogue, which share no item classes by design.</summary>
    private static IEnumerable<Request> Draw(ServingModel model, RuleSet rules, int clusters)
    {
        var random = new Random(5);
        var arrangement = new ListArrangement();
        for (int i = 0; i < Requests; i++)
        {
            var moment = new RuleContext(
                ShopRules.Placements[random.Next(ShopRules.Placements.Length)],
                ShopRules.Countries[random.Next(ShopRules.Countries.Length)],
                ShopRules.Segments[random.Next(ShopRules.Segments.Length)],
                random.Next(clusters),
                -1,
                new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero)
            );
            arrangement.Rules.Begin(rules, moment);

            // Where rules leave few items, the pipeline builds the list from those.
            ulong[]? allowed = arrangement.Rules.Narrow?.Allowed;
            var items = new HashSet<int>();
            for (int tries = 0; items.Count < Candidates && tries < 1_000_000; tries++)
            {
                int item = random.Next(model.Catalog.Count);
                if (allowed is null || (allowed[item >> 6] & (1UL << (item & 63))) != 0)
                    items.Add(item);
            }

            yield return new Request(
                moment,
                [.. items],
                [.. Enumerable.Range(0, items.Count).Select(rank => (Half)(2 - (0.01 * rank)))],
                new OrdinalSet()
            );
        }
    }

    private sealed record Request(RuleContext Moment, int[] Items, Half[] Scores, OrdinalSet Hidden);
}
