using RecOps.Training.Import;

namespace RecOps.Training.Synth;

/// <summary>
/// Generates what users do on a day. A visit has a few intents. In each, a user looks at some products of one kind, chosen by
/// popularity, taste and price, and moves on from view to click, cart and purchase with some of them.
/// </summary>
internal sealed class SynthVisits(SynthOptions options, SynthCatalog catalog, SynthPeople people)
{
    /// <summary>
    /// Converts events per user and year into visits per day. Measured: a visit has more events, but not every user is active all year.
    /// </summary>
    public const double EventsPerVisit = 5.5;

    private const int Candidates = 10;
    private const double TasteStrength = 1.1;
    private const int LastSecond = 86_399;
    private readonly ReplenishmentBook _replenishment = new(options.Users);
    private readonly double[] _anchor = new double[SynthCatalog.TasteLength];

    /// <summary>All events of one day, in order of time.</summary>
    /// <param name="day">Days must be requested in order, from 0.</param>
    /// <param name="events">Cleared first.</param>
    public void FillDay(int day, List<SynthEvent> events)
    {
        events.Clear();
        DateTime date = SynthCalendar.LastDay.AddDays(day - options.Days + 1);
        double busyness = SynthCalendar.Busyness(date);
        for (int user = 0; user < people.Count; user++)
        {
            ref readonly SynthPerson person = ref people.People[user];
            if (person.SignUpDay > day)
                continue;
            var random = new SynthRandom(options.Seed, SynthStream.Visits, ((long)day << 32) | (uint)user);
            double chance = person.VisitsPerDay * busyness;
            bool due = _replenishment.IsDue(user, day);
            if (!random.Chance(due ? Math.Max(chance, 0.3) : chance))
                continue;
            AddVisit(user, day, date, due, ref random, events);
        }

        // Deterministic: events of the same second are ordered by user and step.
        events.Sort(
            (a, b) =>
                a.Second != b.Second ? a.Second.CompareTo(b.Second)
                : a.User != b.User ? a.User.CompareTo(b.User)
                : a.Step.CompareTo(b.Step)
        );
    }

    private void AddVisit(int user, int day, DateTime date, bool due, ref SynthRandom random, List<SynthEvent> events)
    {
        var visit = new Visit(user, day, SynthCalendar.TimeOfDay(ref random), events);
        if (due)
        {
            while (_replenishment.TryTake(user, day, out int item))
            {
                if (random.Chance(0.12))
                    continue;
                if (random.Chance(0.55))
                    visit.Add(item, InteractionType.View, ref random);
                visit.Add(item, InteractionType.Cart, ref random);
                Buy(ref visit, item, ref random);
            }

            if (random.Chance(0.5))
                return;
        }

        int intents = random.NextCount(0.4, 5);
        int family = -1;
        for (int intent = 0; intent < intents; intent++)
        {
            // Later intents often stay with the visit's family.
            if (family < 0 || !random.Chance(0.45))
                family = DrawFamily(user, date, ref random);
            if (family < 0)
                return;
            Browse(ref visit, family, intent > 0, ref random);
        }
    }

    private void Browse(ref Visit visit, int family, bool anchored, ref SynthRandom random)
    {
        int views = random.NextCount(0.52, 6);
        for (int i = 0; i < views; i++)
        {
            int item = DrawItem(visit.User, visit.Day, family, anchored || i > 0, ref random);
            if (item < 0)
                return;
            visit.Add(item, InteractionType.View, ref random);
            catalog.TasteOf(item).CopyTo(_anchor);
            if (!random.Chance(0.5))
                continue;
            visit.Add(item, InteractionType.Click, ref random);
            if (!random.Chance(0.42))
                continue;
            visit.Add(item, InteractionType.Cart, ref random);
            if (!random.Chance(catalog.Items[item].InStock ? 0.68 : 0.25))
                continue;
            Buy(ref visit, item, ref random);
            if (random.Chance(0.6))
                return;
        }
    }

    private void Buy(ref Visit visit, int item, ref SynthRandom random)
    {
        Family family = SynthCatalog.Families[catalog.Items[item].Family].Family;
        visit.Add(item, InteractionType.Purchase, ref random, random.NextCount(family.ReplenishDays > 0 ? 0.35 : 0.15, 6));
        if (family.ReplenishDays == 0 || !random.Chance(0.8))
            return;
        int days = (int)(family.ReplenishDays * (0.8 + (0.4 * random.NextDouble())));
        _replenishment.Schedule(visit.User, item, visit.Day + Math.Max(1, days), ref random);
    }

    private int DrawFamily(int user, DateTime date, ref SynthRandom random)
    {
        ref readonly SynthPerson person = ref people.People[user];
        for (int attempt = 0; attempt < 8; attempt++)
        {
            int family = random.Chance(0.55)
                ? person.Families[Math.Min(random.NextCount(0.62, SynthPeople.Favourites), SynthPeople.Favourites) - 1]
                : random.NextIndex(people.FamilySums(person.Group));
            Season season = SynthCatalog.Families[family].Family.Season;
            bool wanted = random.Chance(SynthCalendar.Demand(season, date) / Math.Max(2, SynthCalendar.PeakDemand(season)));
            if (wanted && catalog.Shelves[family].Items.Length > 0)
                return family;
        }

        return -1;
    }

    /// <summary>A few products drawn by popularity compete by taste, price and similarity to the last viewed one.</summary>
    private int DrawItem(int user, int day, int family, bool anchored, ref SynthRandom random)
    {
        Shelf shelf = catalog.Shelves[family];
        ReadOnlySpan<double> taste = people.TasteOf(user);
        Span<int> items = stackalloc int[Candidates];
        Span<double> sums = stackalloc double[Candidates];
        int count = 0;
        double sum = 0;
        for (int attempt = 0; attempt < Candidates; attempt++)
        {
            int item = shelf.Items[random.NextIndex(shelf.Sums)];
            SynthItem candidate = catalog.Items[item];
            if (candidate.LaunchDay > day)
                continue;
            double score = TasteStrength * Dot(taste, catalog.TasteOf(item));
            score -= 0.5 * Math.Abs(candidate.Tier - people.People[user].Tier);
            if (anchored)
                score += 0.12 * Dot(_anchor, catalog.TasteOf(item));
            if (candidate.LaunchDay > 0 && day - candidate.LaunchDay < 30)
                score += 0.7;
            items[count] = item;
            sums[count++] = sum += Math.Exp(score);
        }

        return count == 0 ? -1 : items[random.NextIndex(sums[..count])];
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>A visit in progress; time passes between its events.</summary>
    private struct Visit(int user, int day, int second, List<SynthEvent> events)
    {
        private short _step;
        private int _second = second;

        public readonly int User => user;

        public readonly int Day => day;

        public void Add(int item, InteractionType type, ref SynthRandom random, int quantity = 1)
        {
            _second = Math.Min(LastSecond, _second + 4 + random.Next(type == InteractionType.View ? 70 : 25));
            events.Add(new SynthEvent(user, item, _second, _step++, type, (byte)quantity));
        }
    }
}

/// <summary>One synthetic event.</summary>
/// <param name="Second">Second of the day.</param>
/// <param name="Step">Its place in the visit.</param>
internal readonly record struct SynthEvent(int User, int Item, int Second, short Step, InteractionType Type, byte Quantity);
