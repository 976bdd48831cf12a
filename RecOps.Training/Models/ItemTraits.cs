using RecOps.Training.Import;
using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>
/// What items have in common: their category, brand and the words of their titles, as far as several items share them.
/// </summary>
internal sealed class ItemTraits
{
    /// <summary>A trait of fewer items says little that their own vectors do not.</summary>
    private const int FewestItems = 5;

    private const int ShortestWord = 3;

    private readonly int[][] _byItem;

    private ItemTraits(IReadOnlyList<string> names, int[][] byItem) => (Names, _byItem) = (names, byItem);

    /// <summary>In order: "brand Acme", "category Lighting", "word lamp".</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Ordinals of an item's traits, ascending.</summary>
    public ReadOnlySpan<int> Of(int item) => _byItem[item];

    public static ItemTraits Of(CatalogTable catalog)
    {
        var items = new Dictionary<string, int>(StringComparer.Ordinal);
        var found = new string[catalog.Count][];
        for (int item = 0; item < catalog.Count; item++)
        {
            found[item] = [.. Describe(catalog, item).Distinct(StringComparer.Ordinal)];
            foreach (string name in found[item])
                items[name] = items.GetValueOrDefault(name) + 1;
        }

        string[] names = [.. items.Where(each => each.Value >= FewestItems).Select(each => each.Key).Order(StringComparer.Ordinal)];
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            ordinals[names[i]] = i;
        return new ItemTraits(
            names,
            [.. found.Select(own => own.Where(ordinals.ContainsKey).Select(name => ordinals[name]).Order().ToArray())]
        );
    }

    /// <summary>
    /// [items, traits], sparse: 1/√n for each of an item's n traits, so that the sum of their vectors is as long whatever n is.
    /// </summary>
    public Tensor ToMatrix()
    {
        TorchRuntime.EnsureLoaded();
        var (rows, columns, values) = (new List<long>(), new List<long>(), new List<float>());
        for (int item = 0; item < _byItem.Length; item++)
        {
            foreach (int trait in _byItem[item])
            {
                rows.Add(item);
                columns.Add(trait);
                values.Add(1 / MathF.Sqrt(_byItem[item].Length));
            }
        }

        using Tensor places = tensor([.. rows, .. columns], [2, rows.Count]);
        using Tensor weights = tensor([.. values]);
        return sparse_coo_tensor(places, weights, [_byItem.Length, Names.Count]);
    }

    private static IEnumerable<string> Describe(CatalogTable catalog, int item)
    {
        if (catalog.Categories[item].Length > 0)
            yield return $"category {catalog.Categories[item]}";
        if (catalog.Brands[item].Length > 0)
            yield return $"brand {catalog.Brands[item]}";
        string title = catalog.Titles[item];
        for (int start = 0, end = 0; start < title.Length; start = end + 1)
        {
            for (end = start; end < title.Length && char.IsLetterOrDigit(title[end]); end++) { }
            if (end - start >= ShortestWord)
                yield return $"word {title[start..end].ToLowerInvariant()}";
        }
    }
}
