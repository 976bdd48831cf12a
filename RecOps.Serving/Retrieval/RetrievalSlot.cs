using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Pinned memory for one run of retrieval.onnx, and the runtime's views of it. Views are cached, so that a run with a known shape allocates
/// nothing; result memory grows to the largest run.
/// </summary>
internal sealed class RetrievalSlot(int dimension) : IDisposable
{
    /// <summary>Users of one run.</summary>
    public const int MostRows = 64;

    private static readonly string[] Inputs = [BundleRetrieval.UserInput, BundleRetrieval.CountInput];
    private static readonly string[] Outputs = [BundleRetrieval.OrdinalOutput, BundleRetrieval.ScoreOutput];

    private readonly float[] _users = GC.AllocateArray<float>(MostRows * dimension, pinned: true);
    private readonly long[] _count = GC.AllocateArray<long>(1, pinned: true);
    private readonly Dictionary<(int Rows, int Count), (OrtValue[] Inputs, OrtValue[] Outputs)> _views = [];
    private readonly RunOptions _options = new();
    private long[] _ordinals = [];
    private float[] _scores = [];
    private int _width;

    /// <summary>[d]: the vector of one user of the next run.</summary>
    public Span<float> User(int row) => _users.AsSpan(row * dimension, dimension);

    /// <summary>Results of the last run for a user, best first.</summary>
    public Span<long> Ordinals(int row) => _ordinals.AsSpan(row * _width, _width);

    /// <summary>Their scores.</summary>
    public ReadOnlySpan<float> Scores(int row) => _scores.AsSpan(row * _width, _width);

    /// <param name="rows">Users, 1 to <see cref="MostRows"/>.</param>
    /// <param name="count">Items for each, 1 to all.</param>
    /// <exception cref="OnnxRuntimeException">The model failed.</exception>
    public void Run(InferenceSession session, int rows, int count)
    {
        if (checked(rows * count) > _ordinals.Length)
            Grow(rows * count);
        _width = count;
        _count[0] = count;
        (OrtValue[] inputs, OrtValue[] outputs) = View(rows, count);
        session.Run(_options, Inputs, inputs, Outputs, outputs);
    }

    public void Dispose()
    {
        DropViews();
        _options.Dispose();
    }

    private static OrtValue Over<T>(T[] memory, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        int elements = 1;
        foreach (long extent in shape)
            elements *= (int)extent;
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, elements), shape.ToArray());
    }

    private void Grow(int results)
    {
        DropViews();
        _ordinals = GC.AllocateUninitializedArray<long>(results, pinned: true);
        _scores = GC.AllocateUninitializedArray<float>(results, pinned: true);
    }

    private (OrtValue[] Inputs, OrtValue[] Outputs) View(int rows, int count)
    {
        if (_views.TryGetValue((rows, count), out (OrtValue[], OrtValue[]) made))
            return made;
        return _views[(rows, count)] = (
            [Over(_users, rows, dimension), Over(_count, 1)],
            [Over(_ordinals, rows, count), Over(_scores, rows, count)]
        );
    }

    private void DropViews()
    {
        foreach ((OrtValue[] inputs, OrtValue[] outputs) in _views.Values)
        {
            Array.ForEach(inputs, value => value.Dispose());
            Array.ForEach(outputs, value => value.Dispose());
        }

        _views.Clear();
    }
}
