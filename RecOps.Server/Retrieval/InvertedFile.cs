using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Retrieval;

/// <summary>
/// Search in an inverted file: cells are read best bound first, their items estimated from one-byte codes, and the best of those
/// scored exactly. Reading ends with the first cell whose bound is not above the estimate of the last item on the shortlist, so an
/// easy query reads few cells, and one whose near items may not be shown goes on until as many as are wanted may be. The bound
/// is probable, not certain: the reach sets how probable.
/// </summary>
internal sealed unsafe class InvertedFile
{
    private readonly MappedTensor<Half> _items;
    private readonly BundleIndex _index;
    private readonly IndexView _view;
    private readonly CellBounds _bounds;
    private readonly ConcurrentQueue<IvfScratch> _free = new();
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
    /// <param name="cosine">Whether scores are cosines, which asks for a query of length 1, or dot products.</param>
    /// <param name="filter">Items that may be found.</param>
    /// <param name="ordinals">Filled best first; its length is how many are wanted.</param>
    /// <param name="scores">Exact; as long as <paramref name="ordinals"/>.</param>
    public SearchCost Search(
        ReadOnlySpan<float> query, bool cosine, float reach, in ItemFilter filter, Span<int> ordinals, Span<float> scores)
    {
        if (ordinals.IsEmpty) return default;
        if (!_free.TryDequeue(out IvfScratch? scratch)) scratch = new IvfScratch(_items.Columns, _index.Cells, _bounds.Capacity);
        SearchCost cost = default;
        if (scratch.Query.Set(query))
        {
            scratch.Shortlist.Clear(Kept(ordinals.Length));
            cost = Read(scratch, cosine, reach, filter);
            cost = cost with { Found = Rescore(scratch, query, cosine, ordinals, scores) };
        }

        _free.Enqueue(scratch);
        return cost;
    }

    /// <summary>Items scored exactly: a quarter more than wanted makes up for what rounding to one byte puts in the wrong order.</summary>
    private static int Kept(int wanted) => wanted + (wanted / 4) + 8;

    private SearchCost Read(IvfScratch scratch, bool cosine, float reach, in ItemFilter filter)
    {
        Shortlist shortlist = scratch.Shortlist;
        CellOrder cells = scratch.Cells;
        _bounds.Fill(scratch.Query, reach, cosine, cells.Bounds);
        cells.Restart();
        int read = 0;
        long blocks = 0;
        fixed (float* cosineScales = _cosineScales)
        {
            float* scales = cosine ? cosineScales : _view.Scales;
            while (cells.TryNext(out int cell, out float bound) && !(bound <= shortlist.Bar))
            {
                (int first, int end) = _view.BlocksOf(cell);
                CodeScan.Scan(_view, first, end, scales, scratch.Query, filter, shortlist);
                shortlist.Settle();
                read++;
                blocks += end - first;
            }
        }

        return new SearchCost(0, read, blocks * IndexLayout.BlockItems);
    }

    private int Rescore(IvfScratch scratch, ReadOnlySpan<float> query, bool cosine, Span<int> ordinals, Span<float> scores)
    {
        Span<ulong> best = scratch.Shortlist.Best();
        foreach (ulong key in best) Prefetch(ScoreKey.Number(key));
        float[] vector = scratch.Vector;
        foreach (ref ulong key in best)
        {
            int item = ScoreKey.Number(key);
            TensorPrimitives.ConvertToSingle(_items[item], vector);
            float score = TensorPrimitives.Dot(query, vector);
            if (cosine) score *= 1 / TensorPrimitives.Norm<float>(vector);
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
        if (!Sse.IsSupported) return;
        ReadOnlySpan<Half> row = _items[item];
        byte* start = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in row[0]));
        for (int at = 0; at < row.Length * sizeof(Half); at += 64) Sse.Prefetch0(start + at);
    }

    private float[] CosineScales()
    {
        var scales = new float[_view.Places];
        var rows = new ThreadLocal<float[]>(() => new float[_items.Columns]);
        Parallel.For(0, _index.Blocks, block =>
        {
            for (int place = block * IndexLayout.BlockItems; place < (block + 1) * IndexLayout.BlockItems; place++)
            {
                int item = _view.Permutation[place];
                if (item < 0) continue;
                float[] row = rows.Value!;
                TensorPrimitives.ConvertToSingle(_items[item], row);
                float norm = TensorPrimitives.Norm<float>(row);
                scales[place] = norm > 0 ? _view.Scales[place] / norm : 0;
            }
        });
        rows.Dispose();
        return scales;
    }
}
