using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class ItemClassesTests
{
    /// <summary>A class is visible only when it is complete, however many are added while lists are made.</summary>
    [Fact]
    public async Task Read_WhileItemsMoveToNewClasses_NeverMeetsHalfAClass()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        ServingModel model = application.Services.GetRequiredService<ActiveModel>().Current!;
        const int items = 30;
        int[] all = [.. Enumerable.Range(0, items)];
        RuleDocument document = new()
        {
            Rules =
            [
                .. Enumerable
                    .Range(1, 200)
                    .Select(price => new Rule
                    {
                        Id = $"r{price:000}",
                        Name = "x",
                        Select = new RuleSelection { Price = new PriceRange { Max = price } },
                        Then = new RuleAction { Type = RuleType.Exclude },
                    }),
            ],
        };
        for (int round = 0; round < 20; round++)
        {
            using var rules = new RuleSet(document, 1, model.Catalog, model.Popular);
            bool over = false;
            Task reading = Task.Run(
                () =>
                {
                    var holding = new ulong[rules.Words];
                    for (int i = 0; !Volatile.Read(ref over); i++)
                    {
                        rules.Fetch(all);
                        holding[0] = (ulong)i | 1;
                        _ = rules.RestrictionOf(holding);
                        foreach (int item in all)
                            _ = RuleBits.Any(rules.Selecting(item));
                    }
                },
                TestContext.Current.CancellationToken
            );
            for (int change = 0; change < 2000; change++)
                model.Catalog.Update(change % items, price: change % 211, inStock: null, attributes: null);
            Volatile.Write(ref over, true);
            await reading;
        }
    }
}
