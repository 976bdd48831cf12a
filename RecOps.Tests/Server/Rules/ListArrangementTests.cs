using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Catalog;
using RecOps.Shared.Rules;
using RecOps.Tests.Serving.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class ListArrangementTests(ServerFixture server)
{
    private ServingModel Model => server.Application.Services.GetRequiredService<ActiveModel>().Current!;

    [Property(MaxTest = 400)]
    public void Arrange_AnyRules_OnlyWhatTheyLeaveAndEachOnce(Choices choices)
    {
        Case made = Make(choices);

        Assert.Equal(made.List.Length, made.List.Select(item => item.Ordinal).Distinct().Count());
        foreach (RankedItem item in made.List)
        {
            Assert.True(made.IsLeft(item.Ordinal), $"i{item.Ordinal} may not be shown");
            Assert.DoesNotContain(item.Ordinal, made.Hidden);
            Assert.True(Model.Catalog.InStock[item.Ordinal]);
        }
    }

    [Property(MaxTest = 400)]
    public void Arrange_AnyRules_CapsHold(Choices choices)
    {
        Case made = Make(choices);

        foreach (Rule cap in made.Holding.Where(rule => rule.Then.Type == RuleType.Cap))
        {
            IEnumerable<IGrouping<string?, RankedItem>> groups = made
                .List.Take(cap.Then.Within ?? int.MaxValue)
                .Where(item => made.Selects(cap, item.Ordinal))
                .GroupBy(item => PlainRules.GroupOf(cap, Model.Catalog.Describe(item.Ordinal)));
            Assert.All(
                groups.Where(group => group.Key is not null),
                group => Assert.True(group.Count() <= cap.Then.Max, $"{cap.Id}: {group.Key}")
            );
        }
    }

    [Property(MaxTest = 400)]
    public void Arrange_PinWithNoOtherAtItsPlace_LandsOrClosesUp(Choices choices)
    {
        Case made = Make(choices, RuleType.Pin, RuleType.Exclude, RuleType.Boost);
        Rule[] pins = [.. made.Holding.Where(rule => rule.Then.Type == RuleType.Pin)];

        foreach (Rule pin in pins)
        {
            int wanted = pin.Then.Position ?? pin.Then.AtOrAbove!.Value;
            bool alone =
                pins.Count(other => (other.Then.Position ?? other.Then.AtOrAbove) == wanted) == 1
                && !pins.Any(other => other != pin && Overlaps(made, pin, other));
            if (!alone || wanted > made.Places)
                continue;
            int[] pinnable = [.. Enumerable.Range(0, TestBundle.Items).Where(item => made.Selects(pin, item) && made.MayStand(item))];
            if (pinnable.Length == 0)
                continue;
            int at = Math.Min(wanted, made.List.Length) - 1;
            if (pin.Then.Position is not null)
                Assert.Contains(made.List[at].Ordinal, pinnable);
            else
                Assert.Contains(made.List.Take(at + 1), item => pinnable.Contains(item.Ordinal));
        }
    }

    /// <summary>A pin examines items that it may select for some shopper; one that it does not take is left to the next pin.</summary>
    [Fact]
    public void Arrange_PinOfWhatNobodyBought_LeavesItsItemsToTheNextPin()
    {
        Rule bought = RuleConsole.Pin("bought", "i44", 4) with
        {
            Select = new RuleSelection { BoughtWithinDays = 30 },
            Priority = 1,
        };
        Rule named = RuleConsole.Pin("named", "i44", 1);

        RankedItem[] list = Arrange(
            [new RankedItem(1, 0.9f), new RankedItem(2, 0.8f), new RankedItem(3, 0.7f), new RankedItem(4, 0.6f)],
            [bought, named],
            5
        );

        Assert.Equal(44, list[0].Ordinal);
    }

    [Property(MaxTest = 300)]
    public void Arrange_ExcludesIncludesAndBoosts_IsWhatTheyMeanOneByOne(Choices choices)
    {
        Case made = Make(choices, RuleType.Exclude, RuleType.Include, RuleType.Boost, RuleType.Bury);

        (int Item, float Score)[] ranked =
        [
            .. made
                .Ranked.Where(item => made.MayStand(item.Ordinal))
                .Select((item, index) => (item.Ordinal, item.Score, Weighted: item.Score * made.FactorOf(item.Ordinal), index))
                .OrderByDescending(item => item.Weighted)
                .ThenBy(item => item.index)
                .Select(item => (item.Ordinal, item.Score)),
        ];

        Assert.Equal(ranked.Take(made.Places), made.List.Take(ranked.Length).Select(item => (item.Ordinal, item.Score)));
        int left = Enumerable.Range(0, TestBundle.Items).Count(made.MayStand);
        Assert.Equal(Math.Min(left, made.Places), made.List.Length);
    }

    [Property(MaxTest = 2000)]
    public void Arrange_AnyRules_IsThePlainList(Choices choices)
    {
        Case made = Make(choices);

        AssertPlain(made);
    }

    [Property(MaxTest = 1000)]
    public void Arrange_MostlyPins_IsThePlainList(Choices choices)
    {
        Case made = Make(choices, RuleType.Pin, RuleType.Pin, RuleType.Pin, RuleType.Cap);

        AssertPlain(made);
    }

    [Property(MaxTest = 200)]
    public void Arrange_RulesInAnotherOrder_SameListAndSameReasons(Choices choices)
    {
        Case made = Make(choices);
        choices.Rewind();
        Case other = Make(choices, shuffle: true);

        Assert.Equal(made.List, other.List);
        Assert.Equal(made.Touching, other.Touching);
    }

    [Property(MaxTest = 200)]
    public void Arrange_WithAndWithoutTrace_SameList(Choices choices)
    {
        Case plain = Make(choices);
        choices.Rewind();
        Case traced = Make(choices, trace: new RuleTrace());

        Assert.Equal(plain.List, traced.List);
        Assert.Equal(plain.Touching, traced.Touching);
    }

    [Fact]
    public void Arrange_NobodyRankedAnything_BoostsMoveWhatIsPopular()
    {
        Rule boost = new()
        {
            Id = "b",
            Name = "b",
            Select = new RuleSelection { Items = ["i6"] },
            Then = new RuleAction { Type = RuleType.Boost, Strength = 4 },
        };

        RankedItem[] list = Arrange([], [boost], 8);

        // It is the seventh most popular item; its weight times four lies between the first and the second.
        Assert.Equal([0, 6, 1], list.Take(3).Select(item => item.Ordinal));
    }

    [Fact]
    public void Arrange_TwoPinsOfOnePlace_HigherPriorityHasIt()
    {
        Rule[] pins =
        [
            new()
            {
                Id = "a",
                Name = "a",
                Priority = 1,
                Select = new RuleSelection { Items = ["i20"] },
                Then = new RuleAction { Type = RuleType.Pin, Position = 2 },
            },
            new()
            {
                Id = "b",
                Name = "b",
                Priority = 5,
                Select = new RuleSelection { Items = ["i21"] },
                Then = new RuleAction { Type = RuleType.Pin, Position = 2 },
            },
        ];

        RankedItem[] list = Arrange([new(1, 0.9f), new(2, 0.8f), new(3, 0.7f)], pins, 5);

        Assert.Equal([1, 21, 20, 2, 3], list.Select(item => item.Ordinal));
    }

    [Fact]
    public void Arrange_PinsThatACapForbids_StandBelowItsPlaces()
    {
        int[] same =
        [
            .. Enumerable.Range(0, TestBundle.Items).Where(item => Model.Catalog.Categories[item] == Model.Catalog.Categories[20]).Take(3),
        ];
        Rule[] rules =
        [
            .. same.Select((item, i) => RuleConsole.Pin($"pin-{i}", $"i{item}", i + 1)),
            new()
            {
                Id = "cap",
                Name = "c",
                Select = new RuleSelection { Categories = [Model.Catalog.Categories[20]] },
                Then = new RuleAction
                {
                    Type = RuleType.Cap,
                    Max = 1,
                    By = "category",
                    Within = 10,
                },
            },
        ];

        int[] list = [.. Arrange([], rules, 20).Select(item => item.Ordinal)];

        Assert.Equal([0, 10, 11], same.Select(item => Array.IndexOf(list, item)));
    }

    [Fact]
    public void Arrange_PinThatNoCapAllows_IsLeftOutAndTraced()
    {
        Rule[] rules =
        [
            RuleConsole.Pin("pin", "i20", 1),
            new()
            {
                Id = "cap",
                Name = "c",
                Select = new RuleSelection { Items = ["i20"] },
                Then = new RuleAction { Type = RuleType.Cap, Max = 0 },
            },
        ];
        using RuleSet compiled = Compile(rules);
        var trace = new RuleTrace();

        RankedItem[] list = Arrange(compiled, [new(1, 0.9f), new(2, 0.8f)], 5, trace);

        Assert.DoesNotContain(20, list.Select(item => item.Ordinal));
        Assert.Equal("cap", compiled.Rules[Assert.Single(trace.Removed, removed => removed.Item == 20).Rule].Id);
    }

    [Fact]
    public void Arrange_PinToAPlaceOrAboveWhoseLastPlaceIsTaken_StandsAboveIt()
    {
        Rule[] pins = [RuleConsole.Pin("fixed", "i20", 3) with { Priority = 5 }, OrAbove("above", 3, "i21")];

        Assert.Equal([1, 21, 20, 2, 3], Arrange([new(1, 0.9f), new(2, 0.8f), new(3, 0.7f)], pins, 5).Select(item => item.Ordinal));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void Arrange_PinToAPlaceOrAboveThatStandsThereByItself_LeavesThePlaceAndTheItemToOthers(int priority)
    {
        RankedItem[] ranked = [new(1, 0.9f), new(2, 0.8f), new(3, 0.7f), new(4, 0.6f)];
        Rule above = OrAbove("above", 3, "i1") with { Priority = priority };

        Assert.Equal([1, 2, 20, 3, 4], Arrange(ranked, [above, RuleConsole.Pin("fixed", "i20", 3)], 5).Select(item => item.Ordinal));
        Rule best = RuleConsole.Pin("best", "i1", 1) with { Select = new RuleSelection { Items = ["i1", "i2", "i3", "i4"] } };
        Assert.Equal([1, 2, 3, 4], Arrange(ranked, [above, best], 4).Select(item => item.Ordinal));
    }

    private static Rule OrAbove(string id, int place, string item) =>
        new()
        {
            Id = id,
            Name = id,
            Select = new RuleSelection { Items = [item] },
            Then = new RuleAction { Type = RuleType.Pin, AtOrAbove = place },
        };

    [Fact]
    public void Arrange_MorePinsThanPlaces_EachPlaceHasTheOneThatAskedForIt()
    {
        Rule Pin(string item, int position, int priority) =>
            new()
            {
                Id = item,
                Name = item,
                Priority = priority,
                Select = new RuleSelection { Items = [item] },
                Then = new RuleAction { Type = RuleType.Pin, Position = position },
            };

        RankedItem[] list = Arrange(
            [new(1, 0.9f), new(2, 0.8f)],
            [Pin("i20", 3, 9), Pin("i21", 2, 8), Pin("i22", 1, 7), Pin("i23", 1, 6)],
            3
        );

        Assert.Equal([22, 21, 20], list.Select(item => item.Ordinal));
    }

    [Fact]
    public void Arrange_PinFarDownAShortList_ClosesUp()
    {
        Rule[] rules =
        [
            new()
            {
                Id = "only",
                Name = "o",
                Select = new RuleSelection { Items = ["i1", "i2", "i20"] },
                Then = new RuleAction { Type = RuleType.Include },
            },
            new()
            {
                Id = "pin",
                Name = "p",
                Select = new RuleSelection { Items = ["i20"] },
                Then = new RuleAction { Type = RuleType.Pin, Position = 9 },
            },
        ];

        RankedItem[] list = Arrange([new(1, 0.9f), new(2, 0.8f), new(3, 0.7f)], rules, 10);

        Assert.Equal([1, 2, 20], list.Select(item => item.Ordinal));
    }

    [Fact]
    public void Arrange_PriceChanged_ItemMovesBetweenRulesAtOnce()
    {
        Rule[] rules =
        [
            new()
            {
                Id = "dear",
                Name = "d",
                Select = new RuleSelection { Price = new PriceRange { Min = 40 } },
                Then = new RuleAction { Type = RuleType.Exclude },
            },
        ];
        using RuleSet compiled = Compile(rules);
        Assert.DoesNotContain(50, Arrange(compiled, [new(50, 0.9f)], 60).Select(item => item.Ordinal));
        double before = Model.Catalog.PriceOf(50);
        try
        {
            Model.Catalog.Update(50, price: 3, inStock: null, attributes: null);

            Assert.Equal(50, Arrange(compiled, [new(50, 0.9f)], 60)[0].Ordinal);
        }
        finally
        {
            Model.Catalog.Update(50, before, inStock: null, attributes: null);
        }
    }

    private void AssertPlain(Case made)
    {
        int[] expected = made.PlainList(Model.Popular.Ordinals.ToArray(), Model.Catalog.Describe);
        int[] actual = [.. made.List.Select(item => item.Ordinal)];
        Assert.True(
            expected.SequenceEqual(actual),
            $"{string.Join(' ', expected)} and not {string.Join(' ', actual)} on {made.Places} places from "
                + $"{string.Join(' ', made.Ranked.Select(item => item.Ordinal))}: "
                + System.Text.Json.JsonSerializer.Serialize(made.Holding, RecOpsApplication.Json)
        );
    }

    private static bool Overlaps(Case made, Rule pin, Rule other) =>
        Enumerable.Range(0, TestBundle.Items).Any(item => made.Selects(pin, item) && made.Selects(other, item))
        || (other.Then.Position ?? other.Then.AtOrAbove) < (pin.Then.Position ?? pin.Then.AtOrAbove);

    private RuleSet Compile(Rule[] rules) => new(new RuleDocument { Rules = rules }, 1, Model.Catalog, Model.Popular);

    private RankedItem[] Arrange(RankedItem[] ranked, Rule[] rules, int places)
    {
        using RuleSet compiled = Compile(rules);
        return Arrange(compiled, ranked, places);
    }

    private RankedItem[] Arrange(RuleSet compiled, RankedItem[] ranked, int places, RuleTrace? trace = null)
    {
        var arrangement = new ListArrangement();
        arrangement.Rules.Begin(compiled, new RuleContext("home", "FI", "new", -1, -1, RecOpsApplication.Start));
        var list = new RankedItem[places];
        int filled = arrangement.Arrange(
            InputOf(ranked, new OrdinalSet(), FreshHistory.Empty),
            list,
            new ulong[places * compiled.Words],
            trace
        );
        return list[..filled];
    }

    private ListInput InputOf(RankedItem[] ranked, OrdinalSet hidden, FreshHistory history) =>
        new()
        {
            Ranked = new RankedSpan(ranked.Select(item => item.Ordinal).ToArray(), ranked.Select(item => (Half)item.Score).ToArray()),
            ClusterPopular = default,
            Popular = Model.Popular.Ordinals,
            Filter = new ItemFilter(Model.Catalog.InStock, hidden),
            History = history,
            Now = RecOpsApplication.Start,
        };

    /// <summary>Random rules, a shopper and a ranked list.</summary>
    private Case Make(Choices random, params string[] types) => Make(random, shuffle: false, trace: null, types);

    private Case Make(Choices random, bool shuffle = false, RuleTrace? trace = null, params string[] types)
    {
        RuleDocument document = RandomRules.Document(random, random.Next(1, random.Next(2) == 0 ? 8 : 140), types);
        int[] order = [.. Enumerable.Range(0, TestBundle.Items)];
        random.Shuffle(order);
        float[] scores = [.. Enumerable.Range(0, random.Next(40)).Select(_ => (float)(Half)random.NextSingle()).OrderDescending()];
        RankedItem[] ranked = [.. scores.Select((score, i) => new RankedItem(order[i], score))];
        FreshHistory history = FreshHistory.Empty;
        for (int i = random.Next(6); i > 0; i--)
        {
            long when = RecOpsApplication.Start.AddDays(-random.Next(40)).ToUnixTimeMilliseconds();
            history = history.With(new FreshEvent(random.Next(TestBundle.Items), (EventKind)random.Next(4), when), 50, 30);
        }

        var hidden = new OrdinalSet();
        int[] hiddenItems = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(TestBundle.Items))];
        foreach (int item in hiddenItems)
            hidden.Add(item);
        var moment = new RuleContext(
            random.Next(2) == 0 ? "home" : "product",
            random.Next(2) == 0 ? "fi" : "",
            random.Next(2) == 0 ? "new" : "regular",
            random.Next(-1, TestBundle.Clusters),
            random.Next(3) == 0 ? random.Next(TestBundle.Items) : -1,
            RecOpsApplication.Start
        );
        int places = random.Next(1, 30);

        // Last, so that it does not affect the rest.
        if (shuffle)
            random.Shuffle(document.Rules);
        using var compiled = new RuleSet(document, 1, Model.Catalog, Model.Popular);
        var arrangement = new ListArrangement();
        arrangement.Rules.Begin(compiled, moment);
        var list = new RankedItem[places];
        var touched = new ulong[places * compiled.Words];
        int filled = arrangement.Arrange(InputOf(ranked, hidden, history), list, touched, trace);
        var plain = new PlainRules(document, Model.Catalog.Describe, id => Model.Catalog.TryGetOrdinal(id, out int ordinal) ? ordinal : -1);
        return new Case(
            plain,
            plain.Holding(moment, history),
            history,
            ranked,
            list[..filled],
            touched,
            hiddenItems,
            places,
            item => Model.Catalog.InStock[item]
        );
    }

    private sealed record Case(
        PlainRules Plain,
        Rule[] Holding,
        FreshHistory History,
        RankedItem[] Ranked,
        RankedItem[] List,
        ulong[] Touching,
        int[] Hidden,
        int Places,
        Func<int, bool> InStock
    )
    {
        public bool Selects(Rule rule, int item) => Plain.Selects(rule, item, History, RecOpsApplication.Start);

        public bool IsLeft(int item) =>
            Holding.All(rule =>
                rule.Then.Type switch
                {
                    RuleType.Exclude => !Selects(rule, item),
                    RuleType.Include => Selects(rule, item),
                    _ => true,
                }
            );

        public bool MayStand(int item) => IsLeft(item) && InStock(item) && !Hidden.Contains(item);

        public int[] PlainList(int[] popular, Func<int, ItemDetails> describe)
        {
            int[] left = [.. popular.Where(MayStand)];
            IEnumerable<int> bought = Holding.Any(rule => rule.Select?.BoughtWithinDays is not null)
                ? History.Events.Where(happened => happened.Kind == EventKind.Purchase).Select(happened => happened.Item).Where(MayStand)
                : [];
            int[] fill = [.. bought.Concat(left).Distinct()];
            (int Item, float Weight)[] running =
                Ranked.Length > 0
                    ? [.. Ranked.Where(item => MayStand(item.Ordinal)).Select(item => (item.Ordinal, item.Score))]
                    : [.. fill.Select((item, place) => (item, 1f / (place + 1)))];
            return new PlainArrangement(
                Holding,
                [.. running.OrderByDescending(item => item.Weight * FactorOf(item.Item)).Select(item => item.Item)],
                fill,
                Places,
                Selects,
                (cap, item) => PlainRules.GroupOf(cap, describe(item)),
                pin =>
                    [
                        .. (
                            pin.Select?.Items is { } ids
                                ? ids.Where(id => int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture) < TestBundle.Items)
                                    .Select(id => int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture))
                                : popular.Where(item => Selects(pin, item)).Take(64)
                        ).Where(item => MayStand(item) && Selects(pin, item)),
                    ]
            ).Arrange();
        }

        public float FactorOf(int item)
        {
            float factor = 1;
            foreach (Rule rule in Holding.Where(rule => rule.Then.Type is RuleType.Boost or RuleType.Bury && Selects(rule, item)))
                factor *= (float)rule.Then.Strength!.Value;
            return Math.Min(factor, 4);
        }
    }
}
