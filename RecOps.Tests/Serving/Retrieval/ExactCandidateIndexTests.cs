using FsCheck.Xunit;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed class ExactCandidateIndexTests
{
    [Property(MaxTest = 60)]
    public void Search_AnyVectorsAndFilter_SameAsSortingEverything(Choices random)
    {
        int rows = random.Next(1, 700);
        int dimension = random.Next(1, 70);
        int limit = random.Next(1, 250);
        var vectors = new Half[rows * dimension];

        // Few distinct values, so that equal scores occur.
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = (Half)random.Next(-2, 3);
        float[] user = [.. Enumerable.Range(0, dimension).Select(_ => (float)random.Next(-2, 3))];
        bool[] inStock = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.8)];
        var excluded = new OrdinalSet();
        for (int i = 0; i < rows / 4; i++)
            excluded.Add(random.Next(rows));

        (int Ordinal, float Score)[] expected =
        [
            .. Enumerable
                .Range(0, rows)
                .Where(ordinal => inStock[ordinal] && !excluded.Contains(ordinal))
                .Select(ordinal => (ordinal, Enumerable.Range(0, dimension).Sum(i => user[i] * (float)vectors[(ordinal * dimension) + i])))
                .OrderByDescending(item => item.Item2)
                .ThenBy(item => item.ordinal)
                .Take(limit),
        ];

        using TemporaryTensor items = new(vectors, rows, dimension);
        var search = new CandidateSearch(user, excluded, limit);
        using var index = new ExactCandidateIndex(items.Tensor);
        index.Search([search], inStock);

        Assert.Equal(expected, search.Ordinals.Take(search.Found).Zip(search.Scores));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Search_SomeRowsAreNotNumbers_FindsTheBestOfTheOthers(bool fewRows)
    {
        Half[] vectors = [.. Enumerable.Range(0, 20).Select(row => row is 0 or 7 or 19 ? Half.NaN : (Half)row)];
        using TemporaryTensor items = new(vectors, 20, 1);
        var search = new CandidateSearch([1f], new OrdinalSet(), 3);
        bool[] inStock = [.. Enumerable.Repeat(true, 20)];

        if (fewRows)
        {
            ExactScan.TopK(items.Tensor, [.. Enumerable.Range(0, 20)], search, inStock);
        }
        else
        {
            using var index = new ExactCandidateIndex(items.Tensor);
            index.Search([search], inStock);
        }

        Assert.Equal([18, 17, 16], search.Ordinals.Take(search.Found));
    }

    [Property(MaxTest = 100)]
    public void OrdinalSet_AnyOperations_SameAsHashSet(int[] added, int[] asked)
    {
        var set = new OrdinalSet();
        for (int round = 0; round < 3; round++)
        {
            set.Clear();
            var reference = new HashSet<int>();
            foreach (int value in added)
                Assert.Equal(reference.Add(value & 0xFFFF), set.Add(value & 0xFFFF));
            foreach (int value in asked)
                Assert.Equal(reference.Contains(value & 0xFFFF), set.Contains(value & 0xFFFF));
            Assert.Equal(reference.Count, set.Count);
        }
    }

    /// <summary>A mapped tensor over a temporary file.</summary>
    private sealed class TemporaryTensor : IDisposable
    {
        private readonly string _path = Path.GetTempFileName();
        private readonly SafetensorsFile _file;

        public TemporaryTensor(Half[] values, int rows, int columns)
        {
            using (var writer = new SafetensorsWriter(_path, SafetensorsWriter.Declaration.Of<Half>("v", rows, columns)))
            {
                writer.Write<Half>(values);
                writer.Complete();
            }

            _file = SafetensorsFile.Open(_path);
            Tensor = _file.Get<Half>("v", rows, columns);
        }

        public MappedTensor<Half> Tensor { get; }

        public void Dispose()
        {
            _file.Dispose();
            File.Delete(_path);
        }
    }
}
