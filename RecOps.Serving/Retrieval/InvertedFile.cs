using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Nearest-item search in an inverted file (IVF) with 8-bit codes. Source: docs/decisions/0007-candidate-index.md.
/// 1. <see cref="CellBounds"/> bounds each cell's best score; <see cref="CellOrder"/> yields cells by descending bound.
/// 2. A cell's items are scored from their 8-bit codes. Those above the bar that the filter allows enter the shortlist.
/// 3. The bar is the estimate of the shortlist's last item. Reading ends at the first cell whose bound is not above it, so easy queries
/// read few cells.
/// 4. If the filter refused many items above the bar, reading continues for √(asked ÷ allowed) times as many cells.
/// 5. The shortlist, a quarter longer than wanted plus 8, is rescored exactly from the f16 vectors, and the best are returned.
/// The bounds are probable, not certain: the reach, calibrated on opening (<see cref="ReachCalibration"/>), sets how probable.
/// </summary>
internal sealed unsafe class InvertedFile
{
    private readonly MappedTensor<Half> _items;
    private readonly BundleIndex _index;
    private readonly IndexView _view;
    private readonly CellBounds _bounds;
    private readonly ConcurrentQueue<CellSearch> _free = new();
    private readonly float[] _cosineScales;

    /// <param name="items">[items, d].</param>
    public InvertedFile(MappedTensor<Half> items, BundleIndex index)
    {
        _items = items;
        _index = index;
        _view = new IndexView(index, items.Columns);
        _bounds = new CellBounds(index, items.Columns);
        _cosineScales = CosineScales();
    }

    public int Cells => _index.Cells;

    /// <param name="query">[d].</param>
    /// <param name="cosine">Whether scores are cosines, which requires a query of length 1, or dot products.</param>
    /// <param name="filter">Items that may be returned.</param>
    /// <param name="ordinals">Filled best first; its length is the number wanted.</param>
    /// <param name="scores">Exact; as long as <paramref name="ordinals"/>.</param>
    public SearchCost Search(
        ReadOnlySpan<float> query,
        bool cosine,
        float reach,
        in ItemFilter filter,
        Span<int> ordinals,
        Span<float> scores
    )
    {
        if (ordinals.IsEmpty)
            return default;
        CellSearch search = Rent();
        SearchCost cost = default;
        if (TryStart(search, query, cosine, reach, ordinals.Length))
        {
            while (search.TryNext(out int cell))
                Read(search, cell, cosine, filter, shared: false);
            cost = Finish(search, query, cosine, ordinals, scores);
        }

        _free.Enqueue(search);
        return cost;
    }

    /// <summary>
    /// Searches by dot product, together: a cell that one search reads is offered to the others, and those that would reach it anyway read
    /// it while it is in the processor's cache.
    /// </summary>
    /// <param name="searches">Each is filled in.</param>
    /// <param name="inStock">By ordinal.</param>
    public void Search(ReadOnlySpan<CandidateSearch> searches, float reach, ReadOnlySpan<bool> inStock)
    {
        (CandidateSearch Wanted, CellSearch Search)[] rented = ArrayPool<(CandidateSearch, CellSearch)>.Shared.Rent(searches.Length);
        int started = 0;
        try
        {
            foreach (CandidateSearch wanted in searches)
            {
                (wanted.Found, wanted.Cost) = (0, default);
                CellSearch search = Rent();
                if (TryStart(search, wanted.User, cosine: false, reach, wanted.Ordinals.Length))
                    rented[started++] = (wanted, search);
                else
                    _free.Enqueue(search);
            }

            Span<(CandidateSearch Wanted, CellSearch Search)> all = rented.AsSpan(0, started);
            ReadTogether(all, inStock);
            foreach ((CandidateSearch wanted, CellSearch search) in all)
            {
                wanted.Cost = Finish(search, wanted.User, cosine: false, wanted.Ordinals, wanted.Scores);
                wanted.Found = wanted.Cost.Found;
            }
        }
        finally
        {
            for (int i = 0; i < started; i++)
                _free.Enqueue(rented[i].Search);
            ArrayPool<(CandidateSearch, CellSearch)>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Items scored exactly: the surplus makes up for wrong order due to 8-bit rounding.</summary>
    private static int Kept(int wanted) => wanted + (wanted / 4) + 8;

    private CellSearch Rent() =>
        _free.TryDequeue(out CellSearch? search) ? search : new CellSearch(_items.Columns, _index.Cells, _bounds.Capacity);

    /// <returns>False for a query without a direction.</returns>
    private bool TryStart(CellSearch search, ReadOnlySpan<float> query, bool cosine, float reach, int wanted)
    {
        if (wanted == 0 || !search.Query.Set(query))
            return false;
        _bounds.Fill(search.Query, reach, cosine, search.Bounds);
        search.Start(Kept(wanted));
        return true;
    }

    /// <param name="all">Finished searches move to the end.</param>
    private void ReadTogether(Span<(CandidateSearch Wanted, CellSearch Search)> all, ReadOnlySpan<bool> inStock)
    {
        for (int left = all.Length; left > 0; )
        {
            for (int i = 0; i < left; i++)
            {
                if (!all[i].Search.TryNext(out int cell))
                {
                    left--;
                    (all[i], all[left]) = (all[left], all[i]);
                    i--;
                    continue;
                }

                Read(all[i].Search, cell, cosine: false, all[i].Wanted.FilterOf(inStock), shared: false);
                for (int other = 0; other < left; other++)
                {
                    if (other == i || !all[other].Search.Wants(cell))
                        continue;
                    Read(all[other].Search, cell, cosine: false, all[other].Wanted.FilterOf(inStock), shared: true);
                }
            }
        }
    }

    private void Read(CellSearch search, int cell, bool cosine, in ItemFilter filter, bool shared)
    {
        (int first, int end) = _view.BlocksOf(cell);
        fixed (float* cosineScales = _cosineScales)
        {
            CodeScan.Scan(_view, first, end, cosine ? cosineScales : _view.Scales, search.Query, filter, search.Shortlist);
        }

        search.Read(cell, end - first, shared);
    }

    private SearchCost Finish(CellSearch search, ReadOnlySpan<float> query, bool cosine, Span<int> ordinals, Span<float> scores) =>
        new(Rescore(search, query, cosine, ordinals, scores), search.Cells, search.Blocks * IndexLayout.BlockItems, search.Shared);

    private int Rescore(CellSearch search, ReadOnlySpan<float> query, bool cosine, Span<int> ordinals, Span<float> scores)
    {
        Span<ulong> best = search.Shortlist.Best();
        foreach (ulong key in best)
            Prefetch(ScoreKey.Number(key));
        float[] vector = search.Vector;
        foreach (ref ulong key in best)
        {
            int item = ScoreKey.Number(key);
            TensorPrimitives.ConvertToSingle(_items[item], vector);
            float score = TensorPrimitives.Dot(query, vector);
            if (cosine)
                score *= 1 / TensorPrimitives.Norm<float>(vector);
            key = ScoreKey.Of(score, item);
        }

        best.Sort();
        int found = Math.Min(best.Length, ordinals.Length);
        for (int i = 0; i < found; i++)
        {
            ulong key = best[^(i + 1)];
            ordinals[i] = ScoreKey.Number(key);
            scores[i] = ScoreKey.Score(key);
        }

        return found;
    }

    private void Prefetch(int item)
    {
        if (!Sse.IsSupported)
            return;
        ReadOnlySpan<Half> row = _items[item];
        byte* start = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in row[0]));
        for (int at = 0; at < row.Length * sizeof(Half); at += 64)
            Sse.Prefetch0(start + at);
    }

    private float[] CosineScales()
    {
        var scales = new float[_view.Places];
        var rows = new ThreadLocal<float[]>(() => new float[_items.Columns]);
        Parallel.For(
            0,
            _index.Blocks,
            block =>
            {
                for (int place = block * IndexLayout.BlockItems; place < (block + 1) * IndexLayout.BlockItems; place++)
                {
                    int item = _view.Permutation[place];
                    if (item < 0)
                        continue;
                    float[] row = rows.Value!;
                    TensorPrimitives.ConvertToSingle(_items[item], row);
                    float norm = TensorPrimitives.Norm<float>(row);
                    scales[place] = norm > 0 ? _view.Scales[place] / norm : 0;
                }
            }
        );
        rows.Dispose();
        return scales;
    }
}
