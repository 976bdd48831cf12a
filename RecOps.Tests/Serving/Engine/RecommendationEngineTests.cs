using System.Text.RegularExpressions;
using RecOps.Serving.Engine;
using RecOps.Serving.Ranking;
using RecOps.Serving.Validation;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Tests.Browser;
using RecOps.Tests.Server;
using RecOps.Tests.Server.Rules;
using Samples;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class RecommendationEngineTests(ServerFixture server)
{
    private static async Task<string> BundleAsync() => Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name);

    [Fact]
    public async Task Recommend_EveryUser_AsTheServerDoes()
    {
        await using RecommendationEngine engine = await OpenAsync();
        for (int user = 0; user < TestBundle.Users; user++)
        {
            var request = new RecommendationRequest
            {
                UserId = $"u{user}",
                Count = 30,
                Placement = "product",
                ItemId = $"i{user}",
                ExcludeItemIds = ["i3"],
            };

            RecommendationResponse own = await engine.RecommendAsync(request);
            RecommendationResponse theirs = await server.Application.RecommendAsync(request);

            Assert.Equal(theirs.Items.Select(item => (item.ItemId, item.Score)), own.Items.Select(item => (item.ItemId, item.Score)));
            Assert.Equal((theirs.ModelVersion, theirs.Degraded), (own.ModelVersion, own.Degraded));
        }
    }

    [Fact]
    public async Task Recommend_Again_ComesFromTheCache()
    {
        await using RecommendationEngine engine = await OpenAsync();
        var request = new RecommendationRequest { UserId = "u1" };

        string[] sources = [(await engine.RecommendAsync(request)).Source, (await engine.RecommendAsync(request)).Source];

        Assert.Equal([RecommendationSource.Computed, RecommendationSource.L1], sources);
        Assert.Null(request.Placement);
    }

    [Fact]
    public async Task Recommend_ManyAtOnce_EachItsOwn()
    {
        await using RecommendationEngine engine = await OpenAsync();
        var alone = new Dictionary<string, string[]>();
        for (int user = 0; user < TestBundle.Users; user++)
            alone[$"u{user}"] = Ids(await engine.RecommendAsync(new RecommendationRequest { UserId = $"u{user}" }));

        await Parallel.ForAsync(
            0,
            2000,
            TestContext.Current.CancellationToken,
            async (number, _) =>
            {
                string user = $"u{number % TestBundle.Users}";
                RecommendationResponse list = await engine.RecommendAsync(new RecommendationRequest { UserId = user });
                Assert.Equal((user, string.Join(' ', alone[user])), (list.UserId, string.Join(' ', Ids(list))));
            }
        );
    }

    [Fact]
    public async Task Tell_AnEvent_CountsFromTheNextListOn()
    {
        await using RecommendationEngine engine = await OpenAsync();
        var happened = new ShopEvent
        {
            UserId = "somebody",
            ItemId = "i2",
            Type = ShopEventType.Purchase,
            EventId = "order-1",
        };
        Assert.Equal(RecommendationSource.Popular, (await engine.RecommendAsync(new RecommendationRequest { UserId = "somebody" })).Source);

        Assert.True(engine.Tell(happened));
        Assert.False(engine.Tell(happened));

        Assert.Equal(
            RecommendationSource.Computed,
            (await engine.RecommendAsync(new RecommendationRequest { UserId = "somebody" })).Source
        );
    }

    [Fact]
    public async Task ChangeItem_SoldOut_IsInNoList()
    {
        await using RecommendationEngine engine = await OpenAsync();
        var request = new RecommendationRequest { UserId = "u1", Count = 5 };
        string best = (await engine.RecommendAsync(request)).Items[0].ItemId;

        Assert.True(engine.ChangeItem(new CatalogItemUpdate { ItemId = best, InStock = false }));
        Assert.False(engine.ChangeItem(new CatalogItemUpdate { ItemId = "of another shop", InStock = false }));

        Assert.DoesNotContain(best, Ids(await engine.RecommendAsync(request)));
        Assert.DoesNotContain(
            best,
            engine.FindSimilar(new SimilarItemsRequest { ItemId = "i1", Count = 59 })!.Items.Select(item => item.ItemId)
        );
    }

    public static TheoryData<RuleDocument, string> RulesWithNulls =>
        new()
        {
            {
                new RuleDocument { Rules = null! },
                "rules"
            },
            {
                new RuleDocument { Rules = [null!] },
                "rules[0]"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Items = ["i1"] }) with { Then = null! }] },
                "rules[0].then"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Items = ["i1"] }) with { Id = null! }] },
                "rules[0].id"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Items = ["i1"] }) with { Name = null! }] },
                "rules[0].name"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Items = [null!] })] },
                "rules[0].select.items[0]"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Attributes = new() { ["a"] = null! } })] },
                "rules[0].select.attributes.a"
            },
            {
                new RuleDocument { Rules = [Excluding(new RuleSelection { Attributes = new() { ["a"] = [null!] } })] },
                "rules[0].select.attributes.a[0]"
            },
        };

    [Theory]
    [MemberData(nameof(RulesWithNulls))]
    public async Task SetRules_NullInADocument_IsNamedAndChangesNothing(RuleDocument rules, string path)
    {
        await using RecommendationEngine engine = await OpenAsync();

        InvalidInputException wrong = Assert.Throws<InvalidInputException>(() => engine.SetRules(rules));

        Assert.Contains(path, wrong.Errors.Keys);
        await engine.SwapAsync(await BundleAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(1, engine.SetRules(RuleDocument.Empty));
    }

    [Fact]
    public async Task OpenAsync_PathThatEndsWithASlash_IsTheSameBundle()
    {
        await using RecommendationEngine engine = await RecommendationEngine.OpenAsync(
            await BundleAsync() + Path.DirectorySeparatorChar,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.NotEmpty((await engine.RecommendAsync(new RecommendationRequest { UserId = "nobody" })).Items);
    }

    private static Rule Excluding(RuleSelection select) =>
        new()
        {
            Id = "out",
            Name = "Out",
            Then = new RuleAction { Type = RuleType.Exclude },
            Select = select,
        };

    [Fact]
    public async Task SetRules_APin_StandsAtItsPlaceAndWrongRulesChangeNothing()
    {
        await using RecommendationEngine engine = await OpenAsync();
        var request = new RecommendationRequest { UserId = "u1", Count = 5 };

        Assert.Equal(1, engine.SetRules(new RuleDocument { Rules = [RuleConsole.Pin("up", "i30", 2)] }));
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() =>
            engine.SetRules(new RuleDocument { Rules = [RuleConsole.Pin("up", "i30", 2) with { Priority = 5000 }] })
        );

        Assert.Equal(["rules[0].priority"], refused.Errors.Keys);
        RecommendationResponse list = await engine.RecommendAsync(request);
        Assert.Equal(("i30", "up", 1), (list.Items[1].ItemId, list.Items[1].Rules.Single(), list.RulesVersion));
    }

    [Fact]
    public async Task Swap_ToAnotherBundle_KeepsWhatWasTold()
    {
        string other = Path.Combine(
            await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { Name = "other", IsUpsideDown = true }),
            "other"
        );
        await using RecommendationEngine engine = await OpenAsync();
        engine.Tell(
            new ShopEvent
            {
                UserId = "somebody",
                ItemId = "i2",
                Type = ShopEventType.Purchase,
            }
        );
        engine.ChangeItem(new CatalogItemUpdate { ItemId = "i4", InStock = false });
        engine.SetRules(new RuleDocument { Rules = [RuleConsole.Pin("up", "i30", 1)] });

        await engine.SwapAsync(other, TestContext.Current.CancellationToken);

        RecommendationResponse list = await engine.RecommendAsync(new RecommendationRequest { UserId = "somebody", Count = 59 });
        Assert.Equal(
            ($"other-{TestBundle.Version}", RecommendationSource.Computed, "i30", 1),
            (list.ModelVersion, list.Source, list.Items[0].ItemId, list.RulesVersion)
        );
        Assert.DoesNotContain("i4", Ids(list));
        Assert.Equal(list.ModelVersion, engine.ModelVersion);
    }

    [Fact]
    public async Task Swap_UnderLoad_EveryRequestIsAnswered()
    {
        string other = Path.Combine(
            await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { Name = "other" }),
            "other"
        );
        await using RecommendationEngine engine = await OpenAsync();
        using var swapped = new CancellationTokenSource();
        Task asking = Task.Run(
            async () =>
            {
                for (int i = 0; !swapped.IsCancellationRequested || i < 100; i++)
                    Assert.NotEmpty((await engine.RecommendAsync(new RecommendationRequest { UserId = $"u{i % TestBundle.Users}" })).Items);
            },
            TestContext.Current.CancellationToken
        );

        for (int i = 0; i < 3; i++)
            await engine.SwapAsync(i % 2 == 0 ? other : await BundleAsync(), TestContext.Current.CancellationToken);
        await swapped.CancelAsync();

        await asking;
    }

    [Fact]
    public async Task Swap_ToABundleThatMustNotBeServed_TheOneBeforeGoesOn()
    {
        await using RecommendationEngine engine = await OpenAsync();

        await Assert.ThrowsAsync<BundleException>(() => engine.SwapAsync(TestBundle.NewDirectory(), TestContext.Current.CancellationToken));

        Assert.Equal(TestBundle.ModelVersion, (await engine.RecommendAsync(new RecommendationRequest { UserId = "u1" })).ModelVersion);
    }

    [Fact]
    public async Task WrongInput_EachFieldNamed()
    {
        await using RecommendationEngine engine = await OpenAsync();

        InvalidInputException request = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await engine.RecommendAsync(
                new RecommendationRequest
                {
                    UserId = "",
                    Count = 0,
                    Placement = "nowhere",
                }
            )
        );
        InvalidInputException similar = Assert.Throws<InvalidInputException>(() =>
            engine.FindSimilar(new SimilarItemsRequest { ItemId = "i1", Count = 0 })
        );
        InvalidInputException told = Assert.Throws<InvalidInputException>(() =>
            engine.Tell(
                new ShopEvent
                {
                    UserId = "u1",
                    ItemId = "i1",
                    Type = "sneeze",
                }
            )
        );
        InvalidInputException changed = Assert.Throws<InvalidInputException>(() =>
            engine.ChangeItem(new CatalogItemUpdate { ItemId = "i1", Price = -1 })
        );
        InvalidInputException option = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await RecommendationEngine.OpenAsync(
                await BundleAsync(),
                new EngineOptions { Serving = new ServingOptions { DeadlineMs = 0 } },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(["count", "placement", "userId"], request.Errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["count"], similar.Errors.Keys);
        Assert.Contains("sneeze", told.Message, StringComparison.Ordinal);
        Assert.Equal(["item.price"], changed.Errors.Keys);
        Assert.Equal(["Serving:DeadlineMs"], option.Errors.Keys);
    }

    [Fact]
    public async Task Open_AProviderThatIsNotThere_SaysSo() =>
        await Assert.ThrowsAsync<ProviderException>(async () =>
            await RecommendationEngine.OpenAsync(
                await BundleAsync(),
                new EngineOptions { Inference = new InferenceOptions { Provider = "tensorrt" } },
                TestContext.Current.CancellationToken
            )
        );

    [Fact]
    public async Task Anything_AfterItWasClosed_Refused()
    {
        RecommendationEngine engine = await OpenAsync();
        await engine.DisposeAsync();
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await engine.SwapAsync(await BundleAsync(), TestContext.Current.CancellationToken)
        );
        Assert.Throws<ObjectDisposedException>(() =>
            engine.Tell(
                new ShopEvent
                {
                    UserId = "u1",
                    ItemId = "i1",
                    Type = ShopEventType.Click,
                }
            )
        );
        Assert.Throws<ObjectDisposedException>(() => engine.ChangeItem(new CatalogItemUpdate { ItemId = "i1", InStock = false }));
        Assert.Throws<ObjectDisposedException>(() => engine.SetRules(RuleDocument.Empty));
        Assert.Throws<ObjectDisposedException>(() => engine.FindSimilar(new SimilarItemsRequest { ItemId = "i1" }));
        Assert.Throws<ObjectDisposedException>(() => engine.ModelVersion);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await engine.RecommendAsync(new RecommendationRequest { UserId = "u1" })
        );
    }

    [Fact]
    public async Task Close_WhileItSwapsAndAnswers_EachCallIsAnsweredOrRefusedAsClosed()
    {
        string other = Path.Combine(
            await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { Name = "other" }),
            "other"
        );
        RecommendationEngine engine = await OpenAsync();
        using var all = new CountdownEvent(3);

        // Until it is closed, and each has done something before that.
        Task asking = UntilClosedAsync(
            all,
            async number =>
                Assert.NotEmpty((await engine.RecommendAsync(new RecommendationRequest { UserId = $"u{number % TestBundle.Users}" })).Items)
        );
        Task telling = UntilClosedAsync(
            all,
            number =>
            {
                engine.Tell(
                    new ShopEvent
                    {
                        UserId = $"u{number % TestBundle.Users}",
                        ItemId = $"i{number % 50}",
                        Type = ShopEventType.Click,
                        EventId = $"e{number}",
                    }
                );
                return Task.CompletedTask;
            }
        );
        Task swapping = UntilClosedAsync(
            all,
            async number => await engine.SwapAsync(number % 2 == 0 ? other : await BundleAsync(), TestContext.Current.CancellationToken)
        );
        all.Wait(TestContext.Current.CancellationToken);

        await engine.DisposeAsync();

        await Task.WhenAll(asking, telling, swapping);
    }

    [Fact]
    public async Task Tell_UnderSwaps_NobodyIsLost()
    {
        string other = Path.Combine(
            await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { Name = "other" }),
            "other"
        );
        await using RecommendationEngine engine = await OpenAsync();
        using var swapped = new CancellationTokenSource();
        int told = 0;
        Task telling = Task.Run(
            () =>
            {
                for (; !swapped.IsCancellationRequested || told < 100; told++)
                    Assert.True(
                        engine.Tell(
                            new ShopEvent
                            {
                                UserId = $"new{told % 2000}",
                                ItemId = $"i{told % 50}",
                                Type = ShopEventType.Purchase,
                                EventId = $"e{told}",
                            }
                        )
                    );
            },
            TestContext.Current.CancellationToken
        );

        for (int i = 0; i < 3; i++)
            await engine.SwapAsync(i % 2 == 0 ? other : await BundleAsync(), TestContext.Current.CancellationToken);
        await swapped.CancelAsync();
        await telling;

        for (int user = 0; user < Math.Min(told, 2000); user++)
            Assert.Equal(
                RecommendationSource.Computed,
                (await engine.RecommendAsync(new RecommendationRequest { UserId = $"new{user}" })).Source
            );
    }

    [Fact]
    public async Task Sample_OfTheDocs_DoesWhatItSays()
    {
        using var output = new StringWriter();

        await EngineSample.RunAsync(await BundleAsync(), "u1", output);

        string[][] shown =
        [
            .. output
                .ToString()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Regex.Matches(line, @"\bi\d+\b").Select(id => id.Value).ToArray()),
        ];
        Assert.Equal(4, shown.Length);
        Assert.All(shown, items => Assert.Equal(3, items.Distinct().Count()));
        Assert.DoesNotContain(shown[0][0], shown[2]);
        Assert.Equal(shown[0][1], shown[3][0]);
        string sample = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "samples", "engine", "EngineSample.cs"),
            TestContext.Current.CancellationToken
        );
        string page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "engine.md"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains($"```csharp\n{sample}```", page, StringComparison.Ordinal);
    }

    /// <summary>Repeats an action until the engine reports that it is closed.</summary>
    private static Task UntilClosedAsync(CountdownEvent begun, Func<int, Task> actAsync) =>
        Task.Run(
            async () =>
            {
                try
                {
                    for (int number = 0; ; number++)
                    {
                        await actAsync(number);
                        if (number == 0)
                            begun.Signal();
                    }
                }
                catch (ObjectDisposedException)
                {
                    // Expected.
                }
            },
            TestContext.Current.CancellationToken
        );

    /// <summary>No list is given up for being late on a machine that does much else.</summary>
    private static async Task<RecommendationEngine> OpenAsync() =>
        await RecommendationEngine.OpenAsync(
            await BundleAsync(),
            new EngineOptions
            {
                Serving = new ServingOptions
                {
                    DeadlineMs = 20_000,
                    MaxQueueMs = 10_000,
                    MinComputing = 256,
                },
            },
            TestContext.Current.CancellationToken
        );

    private static string[] Ids(RecommendationResponse list) => [.. list.Items.Select(item => item.ItemId)];
}
