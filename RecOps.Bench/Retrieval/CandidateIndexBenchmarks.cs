using BenchmarkDotNet.Attributes;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>One search for the nearest 200 items, on one thread.</summary>
[MemoryDiagnoser]
public class CandidateIndexBenchmarks : IDisposable
{
    private const int Dimension = 64;
    private readonly CandidateSearch[] _searches = [new(new float[Dimension], new OrdinalSet(), 200)];
    private string _path = "";
    private SafetensorsFile _file = null!;
    private ExactCandidateIndex _index = null!;
    private bool[] _inStock = [];

    [Params(4_000, 100_000, 1_000_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _path = Path.GetTempFileName();
        using (var writer = new SafetensorsWriter(_path, SafetensorsWriter.Declaration.Of<Half>("embedding", Items, Dimension)))
        {
            var row = new Half[Dimension];
            for (int item = 0; item < Items; item++)
            {
                for (int i = 0; i < Dimension; i++)
                    row[i] = (Half)(random.NextSingle() - 0.5f);
                writer.Write<Half>(row);
            }

            writer.Complete();
        }

        for (int i = 0; i < Dimension; i++)
            _searches[0].User[i] = random.NextSingle() - 0.5f;
        _file = SafetensorsFile.Open(_path);
        _index = new ExactCandidateIndex(_file.Get<Half>("embedding", Items, Dimension));
        _inStock = new bool[Items];
        Array.Fill(_inStock, true);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _index.Dispose();
        _file.Dispose();
        File.Delete(_path);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void ExactSearch() => _index.Search(_searches, _inStock);
}
