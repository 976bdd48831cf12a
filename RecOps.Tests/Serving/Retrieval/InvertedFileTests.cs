using FsCheck.Xunit;
using RecOps.Serving.Retrieval;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed class InvertedFileTests
{
    private const float Everything = 1000;

    [Property(MaxTest = 40)]
    public void Search_WholeIndexAnyFilter_FindsWhatAnExactSearchDoes(Choices random)
    {
        using var catalogue = new IndexedCatalogue(random.Next(1, 900), random.Next(8, 130), random.Next(1, 40), random);
        int limit = random.Next(1, 120);
        double share = new[] { 1, 0.5, 0.1, 0.01, 0 }[random.Next(5)];
        bool[] inStock = catalogue.Stock(share);
        var excluded = new OrdinalSet();
        for (int i = 0; i < 20; i++)
            excluded.Add(random.Next(inStock.Length));
        float[] query = catalogue.NearCentre();
        CandidateSearch exact = catalogue.ExactSearch(query, inStock, excluded, limit);

        var ordinals = new int[limit];
        var scores = new float[limit];
        SearchCost cost = catalogue.File.Search(query, cosine: false, Everything, new ItemFilter(inStock, excluded), ordinals, scores);

        Assert.Equal(exact.Found, cost.Found);
        int[] expected = exact.Ordinals[..exact.Found];

        // 8-bit codes may order the last places differently than exact scores; nine in ten are never in doubt.
        Assert.True(expected.Intersect(ordinals[..cost.Found]).Count() >= Math.Floor(0.9 * exact.Found));
        Assert.All(ordinals[..cost.Found], item => Assert.True(inStock[item] && !excluded.Contains(item)));
        Assert.Equal(cost.Found, ordinals[..cost.Found].Distinct().Count());
        for (int i = 0; i < cost.Found; i++)
        {
            int at = Array.IndexOf(expected, ordinals[i]);
            if (at >= 0)
                Assert.Equal(exact.Scores[at], scores[i]);
            if (i > 0)
                Assert.True(scores[i] < scores[i - 1] || (scores[i] == scores[i - 1] && ordinals[i] > ordinals[i - 1]));
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    [InlineData(0.0)]
    public void Search_MuchSoldOut_KeepsTheRecallItWasCalibratedFor(double inStockShare)
    {
        const int Limit = 50;
        const int Queries = 60;
        using var catalogue = new IndexedCatalogue(30_000, 32, 192, new Random(3));
        float reach = Calibrate(catalogue, Limit, target: 0.95);
        bool[] inStock = catalogue.Stock(inStockShare);
        var nothing = new OrdinalSet();
        double recall = 0;
        for (int i = 0; i < Queries; i++)
        {
            float[] query = catalogue.NearCentre();
            CandidateSearch exact = catalogue.ExactSearch(query, inStock, nothing, Limit);
            var ordinals = new int[Limit];
            SearchCost cost = catalogue.File.Search(query, false, reach, new ItemFilter(inStock, nothing), ordinals, new float[Limit]);
            Assert.Equal(exact.Found, cost.Found);
            recall += exact.Found == 0 ? 1 : exact.Ordinals[..exact.Found].Intersect(ordinals[..cost.Found]).Count() / (double)exact.Found;
        }

        Assert.True(recall / Queries >= 0.95, $"recall {recall / Queries:0.000}");
    }

    [Property(MaxTest = 40)]
    public void SearchTogether_WholeIndexOwnFilters_EachFindsWhatAnExactSearchDoes(Choices random)
    {
        using var catalogue = new IndexedCatalogue(random.Next(1, 900), random.Next(8, 80), random.Next(1, 40), random);
        bool[] inStock = catalogue.Stock(new[] { 1, 0.5, 0.1, 0 }[random.Next(4)]);
        CandidateSearch[] searches = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomSearch(catalogue, random))];

        catalogue.File.Search(searches, Everything, inStock);

        foreach (CandidateSearch search in searches)
        {
            CandidateSearch exact = catalogue.ExactSearch(search.User, inStock, search.Excluded, search.Ordinals.Length);
            int[] found = search.Ordinals[..search.Found];
            Assert.Equal(exact.Found, search.Found);
            Assert.True(exact.Ordinals[..exact.Found].Intersect(found).Count() >= Math.Floor(0.9 * exact.Found));
            Assert.All(found, item => Assert.True(inStock[item] && !search.Excluded.Contains(item)));
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.InRange(search.Cost.Cells, 1, catalogue.File.Cells);
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    public void SearchTogether_Alike_SharesCellsAndLosesNothing(double inStockShare)
    {
        const int Limit = 50;
        using var catalogue = new IndexedCatalogue(30_000, 32, 192, new Random(3));
        float reach = Calibrate(catalogue, Limit, target: 0.95);
        bool[] inStock = catalogue.Stock(inStockShare);
        var random = new Random(1);
        double recall = 0;
        int shared = 0;
        const int Calls = 12;
        for (int call = 0; call < Calls; call++)
        {
            float[] centre = catalogue.NearCentre();
            CandidateSearch[] searches =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(_ => new CandidateSearch(
                        Array.ConvertAll(centre, value => value + (0.1f * random.NextSingle())),
                        new OrdinalSet(),
                        Limit
                    )),
            ];
            catalogue.File.Search(searches, reach, inStock);
            shared += searches.Sum(search => search.Cost.Shared);
            recall += searches.Average(search =>
                catalogue.ExactSearch(search.User, inStock, search.Excluded, Limit).Ordinals.Intersect(search.Ordinals).Count()
                / (double)Limit
            );
        }

        Assert.True(shared > 0);
        Assert.True(recall / Calls >= 0.95, $"recall {recall / Calls:0.000}");
    }

    [Fact]
    public void SearchTogether_OneWithoutDirection_OthersAreFound()
    {
        using var catalogue = new IndexedCatalogue(300, 8, 4, new Random(1));
        CandidateSearch[] searches =
        [
            new(catalogue.NearCentre(), new OrdinalSet(), 5),
            new(new float[8], new OrdinalSet(), 5) { Found = 3 },
            new(catalogue.NearCentre(), new OrdinalSet(), 5),
        ];
        catalogue.File.Search(searches, Everything, catalogue.Stock(1));
        Assert.Equal([5, 0, 5], searches.Select(search => search.Found));
    }

    [Fact]
    public void Search_LowReach_ReadsFewCells()
    {
        using var catalogue = new IndexedCatalogue(20_000, 32, 128, new Random(5));
        bool[] inStock = catalogue.Stock(1);
        SearchCost few = catalogue.File.Search(
            catalogue.NearCentre(),
            false,
            1,
            new ItemFilter(inStock, new OrdinalSet()),
            new int[20],
            new float[20]
        );
        Assert.InRange(few.Cells, 1, 64);
        Assert.Equal(20, few.Found);
    }

    [Fact]
    public void Search_Cosine_FindsWhatTheExactIndexDoes()
    {
        using var catalogue = new IndexedCatalogue(5_000, 24, 64, new Random(8));
        bool[] inStock = catalogue.Stock(0.7);
        for (int item = 0; item < 40; item++)
        {
            var itself = new OrdinalSet();
            itself.Add(item);
            var exact = new int[30];
            var exactScores = new float[30];
            catalogue.Exact.SearchSimilar(item, new ItemFilter(inStock, itself), exact, exactScores);
            var found = new int[30];
            var scores = new float[30];
            var norms = new ItemNorms(catalogue.Items);
            var query = new float[24];
            norms.FillUnit(item, query);
            catalogue.File.Search(query, cosine: true, Everything, new ItemFilter(inStock, itself), found, scores);
            Assert.True(exact.Intersect(found).Count() >= 29);
            Assert.Equal(exactScores[0], scores[0], 1e-5f);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Search_QueryWithoutDirection_FindsNothing(float value)
    {
        using var catalogue = new IndexedCatalogue(300, 8, 4, new Random(1));
        bool[] inStock = catalogue.Stock(1);
        var query = new float[8];
        query[3] = value;
        SearchCost cost = catalogue.File.Search(query, false, 2, new ItemFilter(inStock, new OrdinalSet()), new int[5], new float[5]);
        Assert.Equal(0, cost.Found);
    }

    [Fact]
    public void Search_Warm_AllocatesNothing()
    {
        using var catalogue = new IndexedCatalogue(5_000, 32, 64, new Random(2));
        bool[] inStock = catalogue.Stock(1);
        var nothing = new OrdinalSet();
        float[] query = catalogue.NearCentre();
        var ordinals = new int[100];
        var scores = new float[100];
        for (int i = 0; i < 50; i++)
            catalogue.File.Search(query, false, 2, new ItemFilter(inStock, nothing), ordinals, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            catalogue.File.Search(query, false, 2, new ItemFilter(inStock, nothing), ordinals, scores);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void SearchTogether_Warm_AllocatesNothing()
    {
        using var catalogue = new IndexedCatalogue(5_000, 32, 64, new Random(2));
        bool[] inStock = catalogue.Stock(1);
        CandidateSearch[] searches =
        [
            .. Enumerable.Range(0, 8).Select(_ => new CandidateSearch(catalogue.NearCentre(), new OrdinalSet(), 100)),
        ];
        for (int i = 0; i < 50; i++)
            catalogue.File.Search(searches, 2, inStock);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            catalogue.File.Search(searches, 2, inStock);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Search_ManyThreads_AllFindTheSame()
    {
        using var catalogue = new IndexedCatalogue(8_000, 32, 64, new Random(4));
        bool[] inStock = catalogue.Stock(0.9);
        float[][] queries = [.. Enumerable.Range(0, 8).Select(_ => catalogue.NearCentre())];
        int[][] Once() =>
            [
                .. queries.Select(query =>
                {
                    var ordinals = new int[60];
                    catalogue.File.Search(query, false, 2, new ItemFilter(inStock, new OrdinalSet()), ordinals, new float[60]);
                    return ordinals;
                }),
            ];
        int[][] alone = Once();
        int[][][] together = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(Once)));
        Assert.All(together, found => Assert.Equal(alone, found));
    }

    private static CandidateSearch RandomSearch(IndexedCatalogue catalogue, Random random)
    {
        var excluded = new OrdinalSet();
        for (int i = random.Next(20); i > 0; i--)
            excluded.Add(random.Next(catalogue.Items.Rows));
        return new CandidateSearch(catalogue.NearCentre(), excluded, random.Next(1, 120));
    }

    private static float Calibrate(IndexedCatalogue catalogue, int limit, double target)
    {
        bool[] inStock = catalogue.Stock(1);
        var nothing = new OrdinalSet();
        float[][] queries = [.. Enumerable.Range(0, 100).Select(_ => catalogue.NearCentre())];
        int[][] nearest = ExactBatch.TopK(catalogue.Items, queries, cosine: false, limit);
        return ReachCalibration
            .Fit(
                target,
                reach =>
                    [
                        .. queries.Select(
                            (query, i) =>
                            {
                                var ordinals = new int[limit];
                                catalogue.File.Search(query, false, reach, new ItemFilter(inStock, nothing), ordinals, new float[limit]);
                                return nearest[i].Intersect(ordinals).Count() / (double)limit;
                            }
                        ),
                    ]
            )
            .Reach;
    }
}
