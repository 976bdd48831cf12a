namespace RecOps.Training.Synth;

/// <summary>
/// The synthetic items. Each brand and series has a style, a vector in taste space. An item's style is near that of its brand and
/// series, so that taste, and thus what is bought together, can be learned from purchases.
/// </summary>
internal sealed class SynthCatalog
{
    /// <summary>Length of a taste vector.</summary>
    public const int TasteLength = 8;

    private const double ZipfExponent = 0.95;
    private const double LaunchedBefore = 0.72;
    private const int BrandsOfDepartment = 12;
    private static readonly double[] TierFactors = [0.62, 0.88, 1.2, 1.85];
    private readonly double[] _tastes;

    private SynthCatalog(int count)
    {
        _tastes = new double[count * TasteLength];
        Items = new SynthItem[count];
    }

    public SynthItem[] Items { get; }

    /// <summary>Every family of every department.</summary>
    public static (Department Department, Family Family)[] Families { get; } =
    [.. ShopVocabulary.Departments.SelectMany(department => department.Families, (department, family) => (department, family))];

    /// <summary>Items of each family, most popular first; may be empty in a small shop.</summary>
    public Shelf[] Shelves { get; private set; } = [];

    public ReadOnlySpan<double> TasteOf(int item) => _tastes.AsSpan(item * TasteLength, TasteLength);

    /// <param name="count">Number of items.</param>
    /// <param name="days">Days of history; some items are launched during that time.</param>
    public static SynthCatalog Create(int count, int days, int seed)
    {
        var catalog = new SynthCatalog(count);
        double[] familySums = SynthCalendar.Sums([.. Families.Select(family => family.Family.Weight)]);
        double[][] brandTastes = Tastes(ShopVocabulary.Brands.Length, seed, SynthStream.Brands);
        double[][] seriesTastes = Tastes(ShopVocabulary.Collections.Length, seed, SynthStream.Series);
        var tiers = new int[ShopVocabulary.Brands.Length];
        for (int brand = 0; brand < tiers.Length; brand++)
            tiers[brand] = new SynthRandom(seed, SynthStream.Tiers, brand).Next(TierFactors.Length);
        int[][] pools = [.. ShopVocabulary.Departments.Select((_, department) => BrandPool(department, seed))];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var titles = new HashSet<string>(count, StringComparer.Ordinal);
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            var random = new SynthRandom(seed, SynthStream.Items, ordinal);
            int familyIndex = random.NextIndex(familySums);
            (Department department, Family family) = Families[familyIndex];
            int brand = random.Pick(pools[Array.IndexOf(ShopVocabulary.Departments, department)]);
            ProductName name = ProductName.Draw(family, ref random);
            for (int attempt = 0; attempt < 12 && titles.Contains(name.Title); attempt++)
                name = ProductName.Draw(family, ref random);
            string title = name.Title;
            for (int edition = 2; !titles.Add(title); edition++)
                title = $"{name.Title}, No. {edition}";

            int number = numbers[department.Code] = numbers.GetValueOrDefault(department.Code) + 1;
            int tier = tiers[brand];
            bool later = !random.Chance(LaunchedBefore);
            double[] style = seriesTastes[name.Collection];
            for (int i = 0; i < TasteLength; i++)
                catalog._tastes[(ordinal * TasteLength) + i] =
                    (0.55 * brandTastes[brand][i]) + (0.65 * style[i]) + (0.4 * random.NextGaussian());
            catalog.Items[ordinal] = new SynthItem
            {
                Id = $"{department.Code}-{number:D5}",
                Title = title,
                Family = familyIndex,
                Brand = brand,
                Tier = tier,
                Name = name,
                Price = DrawPrice(family.Price * TierFactors[tier], ref random),
                InStock = !random.Chance(0.05),
                LaunchDay = later ? 1 + random.Next(Math.Max(1, days - 14)) : 0,
            };
        }

        catalog.Shelves = FillShelves(catalog.Items, seed);
        return catalog;
    }

    /// <summary>Log-normal around a median, with typical shop endings such as .99.</summary>
    public static decimal DrawPrice(double median, ref SynthRandom random)
    {
        double price = median * Math.Exp(0.38 * random.NextGaussian());
        int whole = Math.Max(1, (int)Math.Round(price));
        return whole - random.Pick([0.01m, 0.01m, 0.05m, 0.5m]);
    }

    private static Shelf[] FillShelves(SynthItem[] items, int seed)
    {
        var members = new List<int>[Families.Length];
        for (int family = 0; family < members.Length; family++)
            members[family] = [];
        for (int item = 0; item < items.Length; item++)
            members[items[item].Family].Add(item);
        return
        [
            .. members.Select(
                (list, family) =>
                {
                    int[] order = [.. list];
                    var random = new SynthRandom(seed, SynthStream.Popularity, family);
                    for (int i = order.Length - 1; i > 0; i--)
                    {
                        int other = random.Next(i + 1);
                        (order[i], order[other]) = (order[other], order[i]);
                    }

                    return new Shelf(order, SynthCalendar.Sums([.. order.Select((_, rank) => 1 / Math.Pow(rank + 1.5, ZipfExponent))]));
                }
            ),
        ];
    }

    private static int[] BrandPool(int department, int seed)
    {
        var random = new SynthRandom(seed, SynthStream.BrandPools, department);
        int[] brands = [.. Enumerable.Range(0, ShopVocabulary.Brands.Length)];
        for (int i = 0; i < BrandsOfDepartment; i++)
        {
            int other = i + random.Next(brands.Length - i);
            (brands[i], brands[other]) = (brands[other], brands[i]);
        }

        return brands[..BrandsOfDepartment];
    }

    private static double[][] Tastes(int count, int seed, int stream)
    {
        var tastes = new double[count][];
        for (int i = 0; i < count; i++)
        {
            var random = new SynthRandom(seed, stream, i);
            tastes[i] = new double[TasteLength];
            for (int k = 0; k < TasteLength; k++)
                tastes[i][k] = random.NextGaussian();
        }

        return tastes;
    }
}

/// <summary>Items of one family.</summary>
/// <param name="Items">Ordinals, most popular first.</param>
/// <param name="Sums">Running sums of their popularity.</param>
internal sealed record Shelf(int[] Items, double[] Sums);

/// <summary>One synthetic item.</summary>
internal sealed record SynthItem
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Index in <see cref="SynthCatalog.Families"/>.</summary>
    public required int Family { get; init; }

    /// <summary>Index in <see cref="ShopVocabulary.Brands"/>.</summary>
    public required int Brand { get; init; }

    /// <summary>From 0 (cheap) to 3 (expensive), relative to others of the family.</summary>
    public required int Tier { get; init; }

    public required ProductName Name { get; init; }

    public required decimal Price { get; init; }

    public required bool InStock { get; init; }

    /// <summary>Day of the history on which it is first sold; 0 if it was sold before.</summary>
    public required int LaunchDay { get; init; }
}
