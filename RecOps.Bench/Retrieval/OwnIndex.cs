using System.Diagnostics;
using RecOps.Serving.Retrieval;

namespace RecOps.Bench.Retrieval;

/// <summary>Runs held-out queries through our index on the calling thread.</summary>
internal sealed class OwnIndex
{
    private readonly IvfCandidateIndex _index;
    private readonly HeldOutQueries _queries;
    private readonly CandidateSearch[] _searches;
    private readonly bool[] _inStock;

    public OwnIndex(IvfCandidateIndex index, HeldOutQueries queries, int items)
    {
        _index = index;
        _queries = queries;
        _searches = Array.ConvertAll(queries.Vectors, vector => new CandidateSearch(vector, new OrdinalSet(), HeldOutQueries.Places));
        _inStock = new bool[items];
        Array.Fill(_inStock, true);
    }

    /// <summary>Runs all queries once, in calls of <see cref="OwnResult.Batch"/> searches.</summary>
    public void Run(OwnResult result)
    {
        long start = Stopwatch.GetTimestamp();
        for (int first = 0; first < _searches.Length; first += result.Batch)
            _index.Search(_searches.AsSpan(first, Math.Min(result.Batch, _searches.Length - first)), _inStock);
        result.Rounds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        result.Searches = _searches.Length;
        result.Recall = _queries.Recall(query => _searches[query].Ordinals.AsMemory(0, _searches[query].Found));
        result.CellsRead = _searches.Average(search => search.Cost.Cells);
        result.CellsShared = _searches.Average(search => search.Cost.Shared);
    }
}

/// <summary>Our index with a certain number of searches per call.</summary>
internal sealed class OwnResult(int batch)
{
    public int Batch => batch;

    /// <summary>Seconds of each round.</summary>
    public List<double> Rounds { get; } = [];

    /// <summary>Searches per round.</summary>
    public int Searches { get; set; }

    public double Recall { get; set; }

    /// <summary>Cells read per search.</summary>
    public double CellsRead { get; set; }

    /// <summary>Those of them that another search of the same call had just read.</summary>
    public double CellsShared { get; set; }
}
