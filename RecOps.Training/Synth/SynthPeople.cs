namespace RecOps.Training.Synth;

/// <summary>The synthetic users. Each belongs to a taste group and has a few product families they return to.</summary>
internal sealed class SynthPeople
{
    public const int Favourites = 6;
    private static readonly (string Country, double Share)[] CountryShares =
    [
        ("GB", 0.34),
        ("DE", 0.17),
        ("FR", 0.13),
        ("US", 0.11),
        ("NL", 0.07),
        ("IE", 0.05),
        ("ES", 0.04),
        ("IT", 0.04),
        ("SE", 0.03),
        ("AT", 0.02),
    ];

    private static readonly double[] CountrySums = SynthCalendar.Sums([.. CountryShares.Select(pair => pair.Share)]);
    private readonly double[] _tastes;
    private readonly double[] _familySums;

    private SynthPeople(int count, int groups)
    {
        Count = count;
        Groups = groups;
        People = new SynthPerson[count];
        _tastes = new double[count * SynthCatalog.TasteLength];
        _familySums = new double[groups * SynthCatalog.Families.Length];
    }

    public int Count { get; }

    /// <summary>Number of taste groups.</summary>
    public int Groups { get; }

    public SynthPerson[] People { get; }

    /// <summary>Length 1.</summary>
    public ReadOnlySpan<double> TasteOf(int user) => _tastes.AsSpan(user * SynthCatalog.TasteLength, SynthCatalog.TasteLength);

    /// <summary>Running sums of what a taste group buys, by family.</summary>
    public ReadOnlySpan<double> FamilySums(int group) =>
        _familySums.AsSpan(group * SynthCatalog.Families.Length, SynthCatalog.Families.Length);

    /// <param name="visitsPerDay">Mean number of visits per user and day.</param>
    public static SynthPeople Create(int count, SynthCatalog catalog, int days, double visitsPerDay, int seed)
    {
        var people = new SynthPeople(count, Math.Clamp(count / 120, 6, 40));
        double[][] centres = people.CreateGroups(catalog, seed);
        double[] groupSums = SynthCalendar.Sums([.. Enumerable.Range(0, people.Groups).Select(group => 1 / Math.Pow(group + 2, 0.7))]);
        Span<double> taste = stackalloc double[SynthCatalog.TasteLength];
        for (int user = 0; user < count; user++)
        {
            var random = new SynthRandom(seed, SynthStream.Users, user);
            int group = random.NextIndex(groupSums);
            for (int i = 0; i < taste.Length; i++)
                taste[i] = centres[group][i] + (0.55 * random.NextGaussian());
            Normalise(taste);
            taste.CopyTo(people._tastes.AsSpan(user * taste.Length));

            // Log-normal with mean 1: most users visit rarely, a few very often.
            double activity = Math.Exp((0.95 * random.NextGaussian()) - (0.95 * 0.95 / 2));
            int signUp = random.Chance(0.62) ? 0 : random.Next(days);
            people.People[user] = new SynthPerson
            {
                Group = (byte)group,
                Country = (byte)random.NextIndex(CountrySums),
                SignUpDay = (short)signUp,
                VisitsPerDay = (float)Math.Min(1.2, activity * visitsPerDay),
                Tier = (float)(1.5 + random.NextGaussian()),
                Segment =
                    signUp > days * 0.85 ? "new"
                    : activity > 2.2 ? "loyal"
                    : activity > 0.6 ? "regular"
                    : "occasional",
                Families = DrawFavourites(people.FamilySums(group), ref random),
            };
        }

        return people;
    }

    public static string IdOf(int user) => $"u-{user:D6}";

    public static string CountryOf(in SynthPerson person) => CountryShares[person.Country].Country;

    public static string DrawCountry(ref SynthRandom random) => CountryShares[random.NextIndex(CountrySums)].Country;

    public static string DrawSegment(ref SynthRandom random) =>
        random.NextDouble() switch
        {
            < 0.12 => "loyal",
            < 0.45 => "regular",
            < 0.88 => "occasional",
            _ => "new",
        };

    public static void Normalise(Span<double> vector)
    {
        double square = 1e-12;
        foreach (double value in vector)
            square += value * value;
        double scale = 1 / Math.Sqrt(square);
        foreach (ref double value in vector)
            value *= scale;
    }

    private static FavouriteFamilies DrawFavourites(ReadOnlySpan<double> sums, ref SynthRandom random)
    {
        var families = default(FavouriteFamilies);
        for (int i = 0; i < Favourites; i++)
            families[i] = (short)random.NextIndex(sums);
        return families;
    }

    private double[][] CreateGroups(SynthCatalog catalog, int seed)
    {
        int families = SynthCatalog.Families.Length;
        var centres = new double[Groups][];
        for (int group = 0; group < Groups; group++)
        {
            var random = new SynthRandom(seed, SynthStream.Groups, group);
            Department[] core = [.. Enumerable.Range(0, 4).Select(_ => random.Pick(ShopVocabulary.Departments))];
            double sum = 0;
            for (int family = 0; family < families; family++)
            {
                (Department department, Family kind) = SynthCatalog.Families[family];
                double liking = 0.12;
                for (int rank = 0; rank < core.Length; rank++)
                {
                    if (core[rank] == department)
                        liking += 2.4 / (rank + 1);
                }

                double weight =
                    catalog.Shelves[family].Items.Length == 0 ? 0 : kind.Weight * liking * Math.Exp(0.6 * random.NextGaussian());
                _familySums[(group * families) + family] = sum += weight;
            }

            centres[group] = new double[SynthCatalog.TasteLength];
            for (int i = 0; i < SynthCatalog.TasteLength; i++)
                centres[group][i] = random.NextGaussian();
            Normalise(centres[group]);
        }

        return centres;
    }
}

/// <summary>One synthetic user.</summary>
internal readonly record struct SynthPerson
{
    /// <summary>Taste group.</summary>
    public required byte Group { get; init; }

    /// <summary>Index for <see cref="SynthPeople.CountryOf"/>.</summary>
    public required byte Country { get; init; }

    /// <summary>Day of the history on which they sign up; 0 if they signed up before.</summary>
    public required short SignUpDay { get; init; }

    /// <summary>Mean visits per day, 0 to 1.2.</summary>
    public required float VisitsPerDay { get; init; }

    /// <summary>What they like to spend, on the scale of <see cref="SynthItem.Tier"/>.</summary>
    public required float Tier { get; init; }

    public required string Segment { get; init; }

    /// <summary>Families they return to, favourite first.</summary>
    public required FavouriteFamilies Families { get; init; }
}

/// <summary>Indices in <see cref="SynthCatalog.Families"/>.</summary>
[System.Runtime.CompilerServices.InlineArray(SynthPeople.Favourites)]
internal struct FavouriteFamilies
{
    private short _first;
}
