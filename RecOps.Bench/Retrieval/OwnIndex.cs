using System.Diagnostics;
using RecOps.Server.Retrieval;

namespace RecOps.Bench.Retrieval;

/// <summary>Runs the held-out queries through an index on the calling thread.</summary>
internal sealed class OwnIndex
{
    private readonly ICandidateIndex _index;
    private readonly HeldOutQueries _queries;
    private readonly CandidateSearch[] _searches;
    private readonly bool[] _inStock;

    public OwnIndex(ICandidateIndex index, HeldOutQueries queries, int items)
    {
        _index = index;
        _queries = queries;
        _searches = Array.ConvertAll(queries.Vectors, vector => new CandidateSearch(vector, new OrdinalSet(), HeldOutQueries.Places));
        _inStock = new bool[items];
        Array.Fill(_inStock, true);
    }

    public double CellsRead => _searches.Average(search => search.CellsRead);

    /// <summary>All queries once.</summary>
    /// <param name="batch">Searches handed over together.</param>
    /// <returns>Seconds.</returns>
    public double Run(int batch)
    {
        long start = Stopwatch.GetTimestamp();
        for (int first = 0; first < _searches.Length; first += batch)
            _index.Search(_searches.AsSpan(first, Math.Min(batch, _searches.Length - first)), _inStock);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Of the last run.</summary>
    public double Recall() => _queries.Recall(query => _searches[query].Ordinals.AsMemory(0, _searches[query].Found));
}
