using RecOps.Serving.Engine;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace Samples;

/// <summary>Lists without a server: open a bundle, ask, tell what happened, change an item, set rules.</summary>
public static class EngineSample
{
    public static async Task RunAsync(string bundle, string user, TextWriter output)
    {
        await using RecommendationEngine engine = await RecommendationEngine.OpenAsync(bundle);

        var request = new RecommendationRequest
        {
            UserId = user,
            Count = 3,
            Placement = "home",
        };
        RecommendationResponse first = await engine.RecommendAsync(request);
        await output.WriteLineAsync($"{user} sees {Ids(first)}, made by {first.ModelVersion} ({first.Source}).");

        engine.Tell(
            new ShopEvent
            {
                UserId = user,
                ItemId = first.Items[2].ItemId,
                Type = ShopEventType.Purchase,
            }
        );
        await output.WriteLineAsync($"After a purchase: {Ids(await engine.RecommendAsync(request))}.");

        engine.ChangeItem(new CatalogItemUpdate { ItemId = first.Items[0].ItemId, InStock = false });
        await output.WriteLineAsync($"With the best sold out: {Ids(await engine.RecommendAsync(request))}.");

        engine.SetRules(
            new RuleDocument
            {
                Rules =
                [
                    new Rule
                    {
                        Id = "spring",
                        Name = "What spring is about",
                        Then = new RuleAction { Type = RuleType.Pin, Position = 1 },
                        Select = new RuleSelection { Items = [first.Items[1].ItemId] },
                    },
                ],
            }
        );
        await output.WriteLineAsync($"With the second pinned: {Ids(await engine.RecommendAsync(request))}.");
    }

    private static string Ids(RecommendationResponse list) => string.Join(", ", list.Items.Select(item => item.ItemId));
}
