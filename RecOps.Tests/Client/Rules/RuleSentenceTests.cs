using RecOps.Client.Rules;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Client.Rules;

public sealed class RuleSentenceTests
{
    public static TheoryData<RuleAction, RuleSelection?, RuleCondition?, string> Rules =>
        new()
        {
            {
                new() { Type = RuleType.Exclude },
                new() { Items = ["i1"] },
                null,
                "Never show item i1."
            },
            {
                new() { Type = RuleType.Include },
                new() { Categories = ["Lamps", "Chairs"] },
                new() { Placements = ["home"] },
                "Show only items of Lamps or Chairs, on home."
            },
            {
                new() { Type = RuleType.Boost, Strength = 1.5 },
                new() { Brands = ["Lumo"], InStock = true },
                null,
                "Boost items by Lumo, in stock ×1.5."
            },
            {
                new() { Type = RuleType.Bury, Strength = 0.25 },
                new() { Price = new() { Max = 9.9m } },
                null,
                "Push items priced 9.9 or less down ×0.25."
            },
            {
                new() { Type = RuleType.Pin, Position = 2 },
                new() { Items = ["i1"] },
                null,
                "Pin item i1 to place 2."
            },
            {
                new() { Type = RuleType.Pin, AtOrAbove = 5 },
                new() { Brands = ["Lumo"] },
                null,
                "Keep the best of items by Lumo at place 5 or above."
            },
            {
                new()
                {
                    Type = RuleType.Cap,
                    Max = 2,
                    By = "brand",
                    Within = 10,
                },
                null,
                null,
                "Show at most 2 of each brand in the first 10 places."
            },
            {
                new()
                {
                    Type = RuleType.Cap,
                    Max = 1,
                    By = "attribute:colour",
                },
                new() { Categories = ["Lamps"] },
                null,
                "Show at most 1 of each colour of items of Lamps in a list."
            },
            {
                new() { Type = RuleType.Exclude },
                new() { BoughtWithinDays = 30 },
                new()
                {
                    Segments = ["new"],
                    Countries = ["DE"],
                    Clusters = [3],
                },
                "Never show items that the shopper bought in the last 30 days, for new shoppers, in DE, in cluster 3."
            },
            {
                new() { Type = RuleType.Exclude },
                new() { Attributes = new() { ["colour"] = ["red"] } },
                new() { Viewing = new() { Categories = ["Lamps"] } },
                "Never show items with colour red, while looking at items of Lamps."
            },
            {
                new() { Type = RuleType.Exclude },
                new() { Items = ["a", "b", "c", "d", "e"] },
                null,
                "Never show items a, b, c and 2 more."
            },
            {
                new() { Type = RuleType.Boost, Strength = 2 },
                new() { Categories = ["Lamps"] },
                new()
                {
                    Schedule = new()
                    {
                        TimeZone = "Europe/Madrid",
                        Days = ["fri"],
                        StartTime = "18:00",
                        EndTime = "22:00",
                        From = "2026-06-01T00:00",
                    },
                },
                "Boost items of Lamps ×2, on Fri 18:00 to 22:00 from 1 Jun 2026 00:00 (Europe/Madrid)."
            },
            { new(), null, null, "Do nothing yet." },
        };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Of_Rule_IsAnEnglishSentence(RuleAction then, RuleSelection? select, RuleCondition? when, string sentence) =>
        Assert.Equal(
            sentence,
            RuleSentence.Of(
                new()
                {
                    Id = "r",
                    Then = then,
                    Select = select,
                    When = when,
                }
            )
        );
}
