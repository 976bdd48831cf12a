using System.Diagnostics.Metrics;

namespace RecOps.Serving.Retrieval;

/// <summary>Counts what searches read. Safe from any thread; allocates nothing.</summary>
internal sealed class RetrievalMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Histogram<int> _cells;
    private readonly Histogram<long> _items;
    private readonly Counter<long> _shared;
    private volatile IndexState? _state;
    private long _searches;
    private long _cellsRead;
    private long _itemsScored;

    public RetrievalMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RecOps.Retrieval");
        _cells = _meter.CreateHistogram<int>(
            "recops.retrieval.cells",
            "{cell}",
            "Cells of the candidate index read for one search.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }
        );
        _items = _meter.CreateHistogram<long>(
            "recops.retrieval.items",
            "{item}",
            "Items whose score was estimated for one search.",
            advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [100, 1000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 10000000],
            }
        );
        _shared = _meter.CreateCounter<long>(
            "recops.retrieval.cells.shared",
            "{cell}",
            "Cells that a search read together with another of its batch."
        );
        _meter.CreateObservableGauge(
            "recops.retrieval.recall",
            () => Observe(state => state.Recall),
            null,
            "Recall measured when the index was opened."
        );
        _meter.CreateObservableGauge(
            "recops.retrieval.cells.expected",
            () => Observe(state => state.CellsRead),
            "{cell}",
            "Mean cells read per search, measured when the index was opened."
        );
    }

    /// <summary>The last opened index; null before there is one.</summary>
    public IndexState? State => _state;

    public void Opened(IndexState state) => _state = state;

    public void Record(in SearchCost cost)
    {
        Interlocked.Increment(ref _searches);
        Interlocked.Add(ref _cellsRead, cost.Cells);
        Interlocked.Add(ref _itemsScored, cost.Scored);
        _cells.Record(cost.Cells);
        _items.Record(cost.Scored);
        if (cost.Shared > 0)
            _shared.Add(cost.Shared);
    }

    /// <summary>What happened since the last call.</summary>
    public RetrievalSecond TakeSecond() =>
        new(Interlocked.Exchange(ref _searches, 0), Interlocked.Exchange(ref _cellsRead, 0), Interlocked.Exchange(ref _itemsScored, 0));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Observe(Func<IndexState, double> figure) =>
        _state is { } state ? [new Measurement<double>(figure(state), new KeyValuePair<string, object?>("index", state.Kind))] : [];
}
