using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;
using RecOps.Tests.Training;
using RecOps.Training.Retrieval;

namespace RecOps.Tests.Serving.Retrieval;

/// <summary>Item vectors in groups with different spreads, and the index that training writes for them.</summary>
internal sealed class IndexedCatalogue : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SafetensorsFile _items;
    private readonly SafetensorsFile _index;
    private readonly Random _random;
    private readonly float[][] _centres;

    public IndexedCatalogue(int items, int dimension, int cells, Random random)
    {
        _random = random;
        _centres = [.. Enumerable.Range(0, Math.Max(2, cells)).Select(_ => Gaussian(dimension))];
        using (
            var writer = new SafetensorsWriter(
                _directory.At(BundleFile.Items),
                SafetensorsWriter.Declaration.Of<Half>("embedding", items, dimension)
            )
        )
        {
            for (int item = 0; item < items; item++)
                writer.Write<Half>(Array.ConvertAll(NearCentre(), value => (Half)value));
            writer.Complete();
        }

        _items = SafetensorsFile.Open(_directory.At(BundleFile.Items));
        Items = _items.Get<Half>("embedding", items, dimension);
        IndexFile.Write(_directory.At(BundleFile.Index), Items, cells, random.Next(), new SilentProgress(), CancellationToken.None);
        _index = SafetensorsFile.Open(_directory.At(BundleFile.Index));
        Index = new BundleIndex(_index, dimension, items);
        File = new InvertedFile(Items, Index);
        Exact = new ExactCandidateIndex(Items);
    }

    public MappedTensor<Half> Items { get; }

    public BundleIndex Index { get; }

    public InvertedFile File { get; }

    public ExactCandidateIndex Exact { get; }

    public float[] NearCentre()
    {
        float[] centre = _centres[_random.Next(_centres.Length)];
        float[] noise = Gaussian(centre.Length);
        return [.. centre.Zip(noise, (c, n) => c + (0.5f * n))];
    }

    public bool[] Stock(double share) => [.. Enumerable.Range(0, Items.Rows).Select(_ => _random.NextDouble() < share)];

    public CandidateSearch ExactSearch(float[] query, bool[] inStock, OrdinalSet excluded, int limit)
    {
        var search = new CandidateSearch(query, excluded, limit);
        Exact.Search([search], inStock);
        return search;
    }

    public void Dispose()
    {
        Exact.Dispose();
        _items.Dispose();
        _index.Dispose();
        _directory.Dispose();
    }

    private float[] Gaussian(int dimension)
    {
        var values = new float[dimension];
        for (int i = 0; i < dimension; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(Math.Tau * _random.NextDouble()));
        return values;
    }
}
