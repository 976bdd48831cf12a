using System.Numerics.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Training.Models.Teachers;

namespace RecOps.Training.Evaluation;

/// <summary>A bundle's ranker with the full catalogue as candidates. Items that the bundle lacks score lowest.</summary>
internal sealed class BundleScorer : IItemScorer, IJointScorer, IDisposable
{
    private const int MaxUsers = 16;

    // Keeps the graph's users × candidates × history tensors within a few MB.
    private const int MaxCandidates = 1024;
    private readonly BundleItems _items;
    private readonly int _bundleItems;
    private readonly int _dataItems;
    private readonly RankerSession _session;
    private readonly long[] _candidates;

    /// <param name="name">As in the report.</param>
    /// <param name="file">The ONNX file within the bundle.</param>
    /// <param name="dataItems">Number of items in the data.</param>
    /// <param name="parts">Names of models whose scores the file may give as outputs of their own.</param>
    public BundleScorer(
        string name,
        Bundle bundle,
        string file,
        BundleItems items,
        ShopperInputs inputs,
        int dataItems,
        params string[] parts
    )
    {
        Name = name;
        _items = items;
        _bundleItems = bundle.Manifest.Counts.Items;
        _dataItems = dataItems;
        int width = Math.Min(MaxCandidates, _bundleItems);
        _candidates = new long[MaxUsers * width];
        RankerSignature names = bundle.Manifest.Ranker;
        string[] outputs = Array.ConvertAll(parts, part => TeacherGraph.OutputOf(names, part));
        _session = new RankerSession(bundle, file, inputs, MaxUsers, width, threads: 0, outputs);
        Names = [name, .. parts.Where(part => _session.Outputs.Contains(TeacherGraph.OutputOf(names, part)))];
    }

    public string Name { get; }

    /// <summary>Its own name, then those of the parts that the file gives scores of.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool ScoresAreProbabilities => true;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores) => Score(users, [scores]);

    public void Score(ReadOnlyMemory<int> users, Memory<float>[] scores)
    {
        for (int first = 0; first < users.Length; first += MaxUsers)
        {
            int count = Math.Min(MaxUsers, users.Length - first);
            ScoreBatch(users.Span.Slice(first, count), Array.ConvertAll(scores, all => all.Slice(first * _dataItems, count * _dataItems)));
        }
    }

    public void Dispose() => _session.Dispose();

    private void ScoreBatch(ReadOnlySpan<int> users, Memory<float>[] scores)
    {
        foreach (Memory<float> all in scores)
            all.Span.Fill(float.PositiveInfinity);
        for (int start = 0; start < _bundleItems; start += MaxCandidates)
        {
            int width = Math.Min(MaxCandidates, _bundleItems - start);
            for (int i = 0; i < width; i++)
                _candidates[i] = start + i;
            for (int user = 1; user < users.Length; user++)
                _candidates.AsSpan(0, width).CopyTo(_candidates.AsSpan(user * width));
            IReadOnlyList<float[]> ranked = _session.Run(users, _candidates.AsMemory(0, users.Length * width));
            for (int model = 0; model < scores.Length; model++)
                Copy(ranked[model], scores[model].Span, users.Length, start, width);
        }

        if (_items.Missing == 0)
            return;
        foreach (Memory<float> all in scores)
        {
            for (int user = 0; user < users.Length; user++)
                PlaceMissingLast(all.Span.Slice(user * _dataItems, _dataItems));
        }
    }

    private void Copy(float[] ranked, Span<float> scores, int users, int start, int width)
    {
        for (int user = 0; user < users; user++)
        {
            for (int i = 0; i < width; i++)
            {
                int item = _items.ToData(start + i);
                if (item >= 0)
                    scores[(user * _dataItems) + item] = ranked[(user * width) + i];
            }
        }
    }

    private void PlaceMissingLast(Span<float> row)
    {
        float lowest = _items.Missing == _dataItems ? 0 : MathF.BitDecrement(TensorPrimitives.Min<float>(row));
        for (int item = 0; item < row.Length; item++)
        {
            if (_items.ToBundle(item) < 0)
                row[item] = lowest;
        }
    }
}
