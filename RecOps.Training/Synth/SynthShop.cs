using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Synth;

/// <summary>Writes a synthetic shop as the CSV files that <c>train</c> reads. Events are generated and written one day at a time.</summary>
internal static class SynthShop
{
    private const int BufferBytes = 1 << 18;

    /// <param name="directory">Exists; files in it with the same names are replaced.</param>
    /// <returns>Number of events.</returns>
    public static long Write(SynthOptions options, string directory, ITrainingProgress progress, CancellationToken cancellation)
    {
        using IProgressTask task = progress.Start("Events", options.Days);
        SynthCatalog catalog = SynthCatalog.Create(options.Items, options.Days, options.Seed);
        SynthPeople people = SynthPeople.Create(
            options.Users,
            catalog,
            options.Days,
            options.InteractionsPerUser / 365 / SynthVisits.EventsPerVisit,
            options.Seed
        );
        WriteCatalog(options, directory, catalog);
        WriteUsers(options, directory, people);
        return WriteEvents(options, directory, catalog, people, task, cancellation);
    }

    private static long WriteEvents(
        SynthOptions options,
        string directory,
        SynthCatalog catalog,
        SynthPeople people,
        IProgressTask task,
        CancellationToken cancellation
    )
    {
        long count = 0;
        var visits = new SynthVisits(options, catalog, people);
        var events = new List<SynthEvent>();
        string[] prices = [.. catalog.Items.Select(item => item.Price.ToString("F2", CultureInfo.InvariantCulture))];
        using CsvWriter csv = Create(options, directory, "interactions");
        csv.WriteRecord(["user_id", "item_id", "event", "timestamp", "quantity", "price"]);
        for (int day = 0; day < options.Days; day++)
        {
            cancellation.ThrowIfCancellationRequested();
            visits.FillDay(day, events);
            DateTime date = SynthCalendar.LastDay.AddDays(day - options.Days + 1);
            foreach (ref readonly SynthEvent happened in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events))
            {
                bool sale = happened.Type >= InteractionType.Cart;
                csv.WriteField(SynthPeople.IdOf(happened.User));
                csv.WriteField(catalog.Items[happened.Item].Id);
                csv.WriteField(NameOf(happened.Type));
                csv.WriteField(date.AddSeconds(happened.Second), "yyyy-MM-ddTHH:mm:ssZ");
                if (sale)
                    csv.WriteField<int>(happened.Quantity, default);
                else
                    csv.WriteField("");
                csv.WriteField(sale ? prices[happened.Item] : "");
                csv.EndRecord();
            }

            count += events.Count;
            task.Report(day + 1, $"{count:N0} events");
        }

        return count;
    }

    private static void WriteCatalog(SynthOptions options, string directory, SynthCatalog catalog)
    {
        using CsvWriter csv = Create(options, directory, "catalog");
        csv.WriteRecord(["item_id", "title", "category", "brand", "price", "in_stock", "subcategory", "colour", "material", "season"]);
        foreach (SynthItem item in catalog.Items)
        {
            (Department department, Family family) = SynthCatalog.Families[item.Family];
            csv.WriteRecord([
                item.Id,
                item.Title,
                department.Name,
                ShopVocabulary.Brands[item.Brand],
                item.Price.ToString("F2", CultureInfo.InvariantCulture),
                item.InStock ? "true" : "false",
                family.Name,
                item.Name.IsColour ? item.Name.Variant : "",
                item.Name.Material,
                family.Season == Season.AllYear ? "" : family.Season.ToString(),
            ]);
        }
    }

    private static void WriteUsers(SynthOptions options, string directory, SynthPeople people)
    {
        using CsvWriter csv = Create(options, directory, "users");
        csv.WriteRecord(["user_id", "country", "segment"]);
        for (int user = 0; user < people.Count; user++)
            csv.WriteRecord([SynthPeople.IdOf(user), SynthPeople.CountryOf(people.People[user]), people.People[user].Segment]);
    }

    private static CsvWriter Create(SynthOptions options, string directory, string name)
    {
        string path = Path.Combine(directory, options.Plain ? $"{name}.csv" : $"{name}.csv.gz");
        Stream stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
        if (!options.Plain)
            stream = new GZipStream(stream, CompressionLevel.Optimal);
        return CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n", BufferSize = BufferBytes }, leaveOpen: false);
    }

    private static string NameOf(InteractionType type) =>
        type switch
        {
            InteractionType.View => "view",
            InteractionType.Click => "click",
            InteractionType.Cart => "cart",
            _ => "purchase",
        };
}
