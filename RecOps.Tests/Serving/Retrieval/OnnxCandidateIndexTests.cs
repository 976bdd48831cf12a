using FsCheck.Xunit;
using Microsoft.ML.OnnxRuntime;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;
using RecOps.Training.Retrieval;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed class OnnxCandidateIndexTests
{
    [Property(MaxTest = 40)]
    public void Search_AnyCatalogueAndStock_SameAsExact(Choices random)
    {
        int items = random.Next(1, 3000);
        using var catalogue = new Catalogue(items, random.Next(8, 65), random);
        foreach (double share in new[] { 1, 0.5, 0.05, 0 })
            catalogue.ExpectSameAsExact(searches: random.Next(1, 80), limit: random.Next(1, 300), excluded: random.Next(0, 60), share);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(RetrievalGraph.BlockItems - 1)]
    [InlineData(RetrievalGraph.BlockItems)]
    [InlineData(RetrievalGraph.BlockItems + 1)]
    [InlineData(10 * RetrievalGraph.BlockItems)]
    public void Search_ItemsAboutAMultipleOfTheBlock_SameAsExact(int items)
    {
        using var catalogue = new Catalogue(items, 16, new Random(items));
        catalogue.ExpectSameAsExact(searches: 3, limit: 200, excluded: 5, inStock: 0.9);
    }

    [Fact]
    public void Search_NearlyAllSoldOut_SharesRunsNoMoreThanResultsHaveRoom()
    {
        using var catalogue = new Catalogue(20_000, 8, new Random(4));
        catalogue.ExpectSameAsExact(searches: 70, limit: 50, excluded: 0, inStock: 0.001);
    }

    [Fact]
    public void Search_EqualScores_GoToTheLowerOrdinal()
    {
        using var catalogue = new Catalogue(500, 8, new Random(5));
        var search = new CandidateSearch(new float[8], new OrdinalSet(), 20);
        catalogue.Index.Search([search], catalogue.Stock(1));
        Assert.Equal(Enumerable.Range(0, 20), search.Ordinals.Take(search.Found));
    }

    /// <summary>Random items in a bundle's file, the model over it, and the exact scan to compare with.</summary>
    private sealed class Catalogue : IDisposable
    {
        private readonly TempDirectory _directory = new();
        private readonly SafetensorsFile _file;
        private readonly ExactCandidateIndex _exact;
        private readonly Random _random;
        private readonly int _items;
        private readonly int _dimension;

        public Catalogue(int items, int dimension, Random random)
        {
            _random = random;
            _items = items;
            _dimension = dimension;
            using (
                var writer = new SafetensorsWriter(
                    _directory.At(BundleFile.Items),
                    SafetensorsWriter.Declaration.Of<float>("popularity", items),
                    SafetensorsWriter.Declaration.Of<Half>("embedding", items, dimension)
                )
            )
            {
                writer.Write<float>(new float[items]);
                writer.Write<Half>(Array.ConvertAll(Vector(items * dimension), value => (Half)value));
                writer.Complete();
            }

            _file = SafetensorsFile.Open(_directory.At(BundleFile.Items));
            MappedTensor<Half> vectors = _file.Get<Half>("embedding", items, dimension);
            RetrievalGraph.Write(_directory.At(BundleFile.Retrieval), _file, items, dimension);
            _exact = new ExactCandidateIndex(vectors);
            Index = new OnnxCandidateIndex(
                new InferenceSession(_directory.At(BundleFile.Retrieval)),
                vectors,
                new ExactCandidateIndex(vectors)
            );
        }

        public OnnxCandidateIndex Index { get; }

        public bool[] Stock(double share) => [.. Enumerable.Range(0, _items).Select(_ => _random.NextDouble() < share)];

        public void ExpectSameAsExact(int searches, int limit, int excluded, double inStock)
        {
            bool[] stock = Stock(inStock);
            CandidateSearch[] actual = [.. Enumerable.Range(0, searches).Select(_ => Question(limit, excluded))];
            CandidateSearch[] expected = [.. actual.Select(search => new CandidateSearch(search.User, search.Excluded, limit))];
            Index.Search(actual, stock);
            _exact.Search(expected, stock);
            for (int i = 0; i < searches; i++)
                ExpectSame(expected[i], actual[i], stock);
        }

        public void Dispose()
        {
            Index.Dispose();
            _exact.Dispose();
            _file.Dispose();
            _directory.Dispose();
        }

        /// <summary>Sums in another order differ in their last digits, so items with nearly equal scores may swap.</summary>
        private static void ExpectSame(CandidateSearch expected, CandidateSearch actual, bool[] stock)
        {
            const float Rounding = 1e-4f;
            Assert.Equal(expected.Found, actual.Found);
            Assert.Equal(actual.Found, actual.Ordinals.Take(actual.Found).Distinct().Count());
            var exact = new Dictionary<int, float>();
            for (int i = 0; i < expected.Found; i++)
                exact[expected.Ordinals[i]] = expected.Scores[i];
            for (int i = 0; i < actual.Found; i++)
            {
                int ordinal = actual.Ordinals[i];
                Assert.True(stock[ordinal] && !actual.Excluded.Contains(ordinal), $"Item {ordinal} may not be found.");
                Assert.Equal(expected.Scores[i], actual.Scores[i], Rounding);
                if (exact.TryGetValue(ordinal, out float score))
                    Assert.Equal(score, actual.Scores[i], Rounding);
                else
                    Assert.Equal(expected.Scores[expected.Found - 1], actual.Scores[i], Rounding);
            }
        }

        private CandidateSearch Question(int limit, int excluded)
        {
            var ordinals = new OrdinalSet();
            for (int i = 0; i < excluded; i++)
                ordinals.Add(_random.Next(_items));
            return new CandidateSearch(Vector(_dimension), ordinals, limit);
        }

        private float[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)(_random.NextDouble() - 0.5))];
    }
}
