using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Runs the bundle's retrieval.onnx, which looks at every item and misses none, on batches. The model knows nothing of stock and
/// exclusions: it is asked for more than is wanted, and for more again as long as too few of them may be shown.
/// </summary>
internal sealed class OnnxCandidateIndex : ICandidateIndex
{
    /// <summary>Results of one run; when nearly everything is sold out, fewer users share a run.</summary>
    private const int MostResults = 1 << 18;

    /// <summary>GPUs may multiply in 19 bits, which is some thousandths off at worst; another item's vector is off by more.</summary>
    private const float TrialTolerance = 0.01f;

    private readonly InferenceSession _session;
    private readonly MappedTensor<Half> _items;
    private readonly ICandidateIndex _similar;
    private readonly RetrievalMetrics? _metrics;
    private readonly ConcurrentStack<RetrievalSlot> _slots = new();

    /// <param name="session">Of retrieval.onnx; owned.</param>
    /// <param name="items">[items, d]: what the model looks at.</param>
    /// <param name="similar">Answers what is near an item, by cosine, which the model does not know; owned.</param>
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

    /// <summary>The largest run, which makes the device take the memory it needs, with items in place of users.</summary>
    /// <param name="limit">Items of a search for a shopper.</param>
    /// <param name="directory">The bundle's, for the message.</param>
    /// <exception cref="BundleException">The run failed, or scored other vectors than the bundle's.</exception>
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

    /// <summary>Fills searches from the best that a run found. Equal scores go to the lower ordinal of those that came back.</summary>
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

            // Padding after the last item scores this low; an item whose vector is not a number is never found.
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
