using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Runs the bundle's retrieval.onnx, an exact scan, on batches. The model knows nothing of stock and exclusions, so it is asked for more
/// items than wanted, and again for more as long as too few may be shown.
/// </summary>
internal sealed class OnnxCandidateIndex : ICandidateIndex
{
    /// <summary>Limit on the results of one run; when nearly everything is sold out, fewer users share a run.</summary>
    private const int MostResults = 1 << 18;

    /// <summary>GPUs may multiply in 19 bits, with errors of some thousandths at worst; a wrong item's vector is off by more.</summary>
    private const float TrialTolerance = 0.01f;

    private readonly InferenceSession _session;
    private readonly MappedTensor<Half> _items;
    private readonly ICandidateIndex _similar;
    private readonly RetrievalMetrics? _metrics;
    private readonly ConcurrentStack<RetrievalSlot> _slots = new();

    /// <param name="session">Of retrieval.onnx; owned.</param>
    /// <param name="items">[items, d]: the vectors that the model scans.</param>
    /// <param name="similar">Finds similar items by cosine, which the model does not support; owned.</param>
    public OnnxCandidateIndex(InferenceSession session, MappedTensor<Half> items, ICandidateIndex similar, RetrievalMetrics? metrics = null)
    {
        _session = session;
        _items = items;
        _similar = similar;
        _metrics = metrics;
        State = IndexState.Exact("onnx", _items.Rows);
    }

    public IndexState State { get; }

    public void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock)
    {
        if (!_slots.TryPop(out RetrievalSlot? slot))
            slot = new RetrievalSlot(_items.Columns);
        try
        {
            for (int first = 0; first < searches.Length; first += RetrievalSlot.MostRows)
                Search(slot, searches.Slice(first, Math.Min(RetrievalSlot.MostRows, searches.Length - first)), inStock);
        }
        finally
        {
            _slots.Push(slot);
        }
    }

    /// <summary>Runs the largest shape, so that the device allocates its memory, with items in place of users.</summary>
    /// <param name="limit">Items of a search for a shopper.</param>
    /// <param name="directory">The bundle's, for the message.</param>
    /// <exception cref="BundleException">The run failed, or its scores do not match the bundle's vectors.</exception>
    public void Try(int limit, string directory)
    {
        var slot = new RetrievalSlot(_items.Columns);
        _slots.Push(slot);
        for (int row = 0; row < RetrievalSlot.MostRows; row++)
            TensorPrimitives.ConvertToSingle(_items[(int)((long)row * _items.Rows / RetrievalSlot.MostRows)], slot.User(row));
        try
        {
            slot.Run(_session, RetrievalSlot.MostRows, FetchSize.First(limit, 0, _items.Rows));
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException($"{BundleFile.Retrieval}: a trial run failed: {error.Message}", error);
        }

        var vector = new float[_items.Columns];
        for (int row = 0; row < RetrievalSlot.MostRows; row++)
        {
            long ordinal = slot.Ordinals(row)[0];
            float score = slot.Scores(row)[0];
            if (ordinal < 0 || ordinal >= _items.Rows)
                throw new BundleException($"{BundleFile.Retrieval}: a trial run found item {ordinal}; the bundle has {_items.Rows}.");
            TensorPrimitives.ConvertToSingle(_items[(int)ordinal], vector);
            float expected = TensorPrimitives.Dot(slot.User(row), vector);
            float allowed = TrialTolerance * TensorPrimitives.Norm<float>(slot.User(row)) * TensorPrimitives.Norm<float>(vector);
            if (Math.Abs(score - expected) <= allowed)
                continue;
            throw new BundleException(
                $"{BundleFile.Retrieval}: a trial run scored item {ordinal} {score}, and its vector gives {expected}: the file was made "
                    + $"for "
                    + $"other vectors. Write it again with: RecOps.Training index --bundle {directory}."
            );
        }
    }

    public int SearchSimilar(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores) =>
        _similar.SearchSimilar(item, filter, ordinals, scores);

    public void Dispose()
    {
        foreach (RetrievalSlot slot in _slots)
            slot.Dispose();
        _session.Dispose();
        _similar.Dispose();
    }

    /// <summary>Fills searches from a run's best items. Ties go to the lower ordinal among those returned.</summary>
    private static void Take(CandidateSearch search, Span<long> ordinals, ReadOnlySpan<float> scores, in ItemFilter filter)
    {
        search.Found = 0;
        for (int start = 0, end; start < scores.Length && search.Found < search.Ordinals.Length; start = end)
        {
            float score = scores[start];
            end = start + 1;
            while (end < scores.Length && scores[end] == score)
                end++;
            Span<long> equal = ordinals[start..end];
            if (equal.Length > 1)
                equal.Sort();

            // Padding after the last item scores this low; an item whose vector has NaN is never found.
            if (!(score > float.NegativeInfinity))
                continue;
            foreach (long ordinal in equal)
            {
                if (search.Found == search.Ordinals.Length)
                    break;
                if (!filter.Allows((int)ordinal))
                    continue;
                search.Ordinals[search.Found] = (int)ordinal;
                search.Scores[search.Found++] = score;
            }
        }
    }

    private void Search(RetrievalSlot slot, ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock)
    {
        Span<int> open = stackalloc int[searches.Length];
        (int limit, int excluded) = (0, 0);
        for (int i = 0; i < searches.Length; i++)
        {
            open[i] = i;
            limit = Math.Max(limit, searches[i].Ordinals.Length);
            excluded = Math.Max(excluded, searches[i].Excluded.Count);
        }

        for (int asked = FetchSize.First(limit, excluded, _items.Rows); ; )
        {
            int most = Math.Max(1, MostResults / asked);
            (int unfilled, int fewest) = (0, limit);
            for (int first = 0; first < open.Length; first += most)
            {
                ReadOnlySpan<int> run = open.Slice(first, Math.Min(most, open.Length - first));
                for (int row = 0; row < run.Length; row++)
                    searches[run[row]].User.CopyTo(slot.User(row));
                slot.Run(_session, run.Length, asked);
                for (int row = 0; row < run.Length; row++)
                {
                    CandidateSearch search = searches[run[row]];
                    Take(search, slot.Ordinals(row), slot.Scores(row), search.FilterOf(inStock));
                    _metrics?.Record(new SearchCost(search.Found, 0, _items.Rows));
                    if (search.Found == search.Ordinals.Length)
                        continue;
                    fewest = Math.Min(fewest, search.Found);
                    open[unfilled++] = run[row];
                }
            }

            if (unfilled == 0 || asked == _items.Rows)
                return;
            open = open[..unfilled];
            asked = FetchSize.Next(asked, limit, fewest, _items.Rows);
        }
    }
}
