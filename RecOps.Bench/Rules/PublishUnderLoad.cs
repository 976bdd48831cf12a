using System.Diagnostics;
using RecOps.Bench.Processes;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Bench.Rules;

/// <summary>Publishes repeatedly under load, and checks each time whether the next answer has the new rules.</summary>
/// <param name="server">Signed in as a user who may publish.</param>
internal sealed class PublishUnderLoad(ServerProcess server, RuleDocument document)
{
    private const string Path = "/v1/recommendations/u-000003?count=20&placement=home";

    /// <summary>Milliseconds of each publish call.</summary>
    public List<double> Publishing { get; } = [];

    /// <summary>Milliseconds from then until the next answer arrived.</summary>
    public List<double> ToEffect { get; } = [];

    /// <summary>Number of next answers that still had an older version.</summary>
    public int Late { get; private set; }

    /// <param name="times">Number of publications, evenly spread.</param>
    public async Task RunAsync(int times, TimeSpan over, CancellationToken cancellation)
    {
        var running = Stopwatch.StartNew();
        for (int i = 0; i < times; i++)
        {
            TimeSpan due = over * i / times;
            if (due > running.Elapsed)
                await Task.Delay(due - running.Elapsed, cancellation);
            await PublishAsync(i, cancellation);
        }
    }

    public async Task PublishAsync(int number, CancellationToken cancellation)
    {
        // Changes the strength of the first boost rule, so that each publication differs.
        int boost = Array.FindIndex(document.Rules, rule => rule.Then.Type == RuleType.Boost);
        Rule[] rules = [.. document.Rules];
        rules[boost] = rules[boost] with { Then = rules[boost].Then with { Strength = 1 + (number % 100 / 100.0) } };
        await server.PutAsync(Routes.RuleDraft, new RuleDocument { Rules = rules }, cancellation);
        int revision = (await server.GetAsync<RuleDraftInfo>(Routes.RuleDraft, cancellation)).Revision;
        long start = Stopwatch.GetTimestamp();
        PublishResult published = await server.PostAsync<PublishResult>(
            Routes.RulePublish,
            new PublishRequest { Note = $"Number {number}", Revision = revision },
            cancellation
        );
        long done = Stopwatch.GetTimestamp();
        Publishing.Add(Stopwatch.GetElapsedTime(start, done).TotalMilliseconds);
        RecommendationResponse next = await server.GetAsync<RecommendationResponse>(Path, cancellation);
        ToEffect.Add(Stopwatch.GetElapsedTime(done).TotalMilliseconds);
        if (next.RulesVersion != published.Version)
            Late++;
    }
}
