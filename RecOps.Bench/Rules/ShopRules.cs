using RecOps.Serving.Catalog;
using RecOps.Shared.Rules;

namespace RecOps.Bench.Rules;

/// <summary>
/// Rules like those of a large shop: of every type, over the real categories, brands, prices and items of a catalogue. A quarter of them
/// apply to every request, the others to some placements, countries, segments, clusters or hours.
/// </summary>
internal sealed class ShopRules(ItemCatalog catalog, int clusters, int seed)
{
    public static readonly string[] Placements = ["home", "product", "cart", "category", "search", "email"];
    public static readonly string[] Countries = ["DE", "FR", "ES", "IT", "NL", "SE", "FI", "PL", "AT", "PT"];
    public static readonly string[] Segments = ["new", "regular", "loyal"];
    private static readonly string[] Grouped = ["brand", "category"];
    private readonly Random _random = new(seed);
    private readonly string[] _categories = Common(catalog.Categories);
    private readonly string[] _brands = Common(catalog.Brands);

    public RuleDocument Document(int count) => new() { Rules = [.. Enumerable.Range(0, count).Select(One)] };

    private Rule One(int number)
    {
        double kind = _random.NextDouble();
        Rule rule = new()
        {
            Id = $"rule-{number:0000}",
            Name = $"Rule {number}",
            Priority = _random.Next(-50, 51),
            When = _random.Next(4) == 0 ? null : When(),
        };
        return kind switch
        {
            < 0.35 => rule with
            {
                Select = Group(),
                Then = new RuleAction { Type = RuleType.Boost, Strength = Math.Round(1.1 + (1.4 * _random.NextDouble()), 2) },
            },
            < 0.50 => rule with
            {
                Select = Priced(),
                Then = new RuleAction { Type = RuleType.Bury, Strength = Math.Round(0.3 + (0.6 * _random.NextDouble()), 2) },
            },
            < 0.70 => rule with
            {
                Select = _random.Next(2) == 0 ? Named(5, 50) : Priced(),
                Then = new RuleAction { Type = RuleType.Exclude },
            },
            < 0.72 => rule with
            {
                Select = new RuleSelection { Categories = [Any(_categories)] },
                Then = new RuleAction { Type = RuleType.Include },
                When = new RuleCondition { Placements = ["category"], Countries = [Any(Countries)] },
            },
            < 0.85 => rule with
            {
                Select = Named(1, 2),
                Then = new RuleAction { Type = RuleType.Pin, Position = _random.Next(1, 13) },
            },
            _ => rule with
            {
                Select = Group(),
                Then = new RuleAction
                {
                    Type = RuleType.Cap,
                    Max = _random.Next(1, 5),
                    By = Any(Grouped),
                    Within = _random.Next(8, 21),
                },
            },
        };
    }

    private RuleCondition When() =>
        new()
        {
            Placements = _random.Next(5) < 3 ? Two(Placements) : null,
            Countries = _random.Next(5) < 2 ? Two(Countries) : null,
            Segments = _random.Next(4) == 0 ? [Any(Segments)] : null,
            Clusters = _random.Next(8) == 0 ? [_random.Next(clusters)] : null,
            Schedule =
                _random.Next(3) > 0
                    ? null
                    : new RuleSchedule
                    {
                        TimeZone = "Europe/Madrid",
                        Days = Two(RuleDay.All),
                        StartTime = "08:00",
                        EndTime = "22:00",
                    },
        };

    private RuleSelection Group() =>
        _random.Next(4) switch
        {
            0 => new RuleSelection { Brands = Two(_brands) },
            1 => new RuleSelection { Categories = [Any(_categories)] },
            _ => new RuleSelection { Categories = Two(_categories), Brands = Two(_brands) },
        };

    /// <summary>The cheap items of a category.</summary>
    private RuleSelection Priced() =>
        new()
        {
            Categories = [Any(_categories)],
            Price = new PriceRange { Max = _random.Next(5, 30) },
        };

    private RuleSelection Named(int least, int most) =>
        new()
        {
            Items = [.. Enumerable.Range(0, _random.Next(least, most)).Select(_ => catalog.IdOf(_random.Next(catalog.Count))).Distinct()],
        };

    private string Any(string[] of) => of[_random.Next(of.Length)];

    private string[] Two(string[] of) => [.. new[] { Any(of), Any(of) }.Distinct()];

    private static string[] Common(TextColumn column) =>
        [
            .. column
                .Values.Where(value => value.Value.Length > 0)
                .OrderByDescending(value => value.Count)
                .Take(40)
                .Select(value => value.Value),
        ];
}
