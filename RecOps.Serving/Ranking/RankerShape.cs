using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Ranking;

/// <summary>Checks that an ONNX model has the inputs and outputs that its bundle declares.</summary>
internal static class RankerShape
{
    private const int Any = -1;

    /// <param name="file">Named in errors.</param>
    /// <exception cref="BundleException">They differ; the message lists every difference.</exception>
    public static void Verify(InferenceSession session, BundleManifest manifest, string file)
    {
        RankerSignature names = manifest.Ranker;
        var problems = new List<string>();
        Check(problems, "input", session.InputMetadata, names.User, TensorElementType.Float, Any, manifest.Dimension);
        Check(problems, "input", session.InputMetadata, names.History, TensorElementType.Int64, Any, manifest.Counts.History);
        if (names.HistoryTypes is { } types)
            Check(problems, "input", session.InputMetadata, types, TensorElementType.Int64, Any, manifest.Counts.History);
        if (names.HistoryAges is { } ages)
            Check(problems, "input", session.InputMetadata, ages, TensorElementType.Float, Any, manifest.Counts.History);
        Check(problems, "input", session.InputMetadata, names.Candidates, TensorElementType.Int64, Any, Any);
        Check(problems, "input", session.InputMetadata, names.Context, TensorElementType.Float, Any, manifest.Features.Context.Length);
        Check(problems, "output", session.OutputMetadata, names.Score, TensorElementType.Float, Any, Any);
        foreach (string extra in session.InputMetadata.Keys.Except(names.Inputs))
            problems.Add($"input '{extra}' is not named in {BundleFile.Manifest}, so nothing would fill it");
        if (problems.Count > 0)
            throw new BundleException($"{file}: {string.Join("; ", problems)}.");
    }

    private static void Check(
        List<string> problems,
        string kind,
        IReadOnlyDictionary<string, NodeMetadata> has,
        string name,
        TensorElementType type,
        int rows,
        int columns
    )
    {
        if (!has.TryGetValue(name, out NodeMetadata? node))
        {
            problems.Add($"{kind} '{name}' is missing; the model has {string.Join(", ", has.Keys)}");
            return;
        }

        if (!node.IsTensor || node.ElementDataType != type)
            problems.Add($"{kind} '{name}' is {node.ElementDataType}; expected {type}");
        int[] shape = node.Dimensions;
        if (shape.Length != 2)
        {
            problems.Add($"{kind} '{name}' has rank {shape.Length}; expected 2");
            return;
        }

        Extent(0, rows);
        Extent(1, columns);

        // A dynamic dimension takes any size. A fixed one must match, and the numbers of rows and candidates vary.
        void Extent(int axis, int expected)
        {
            if (shape[axis] < 0 || shape[axis] == expected)
                return;
            problems.Add(
                $"{kind} '{name}' has extent {shape[axis]} on axis {axis}; expected {(expected == Any ? "a dynamic one" : expected)}"
            );
        }
    }
}
