using Microsoft.ML.OnnxRuntime;
using RecOps.Training.Onnx;

namespace RecOps.Tests.Training.Onnx;

/// <summary>Runs a graph in ONNX Runtime: written to a file, opened and run on the CPU.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly InferenceSession _session;

    public OnnxModel(OnnxGraph graph)
        : this(path => graph.Save(path)) { }

    public OnnxModel(Action<string> save)
    {
        save(_directory.At("model.onnx"));
        _session = new InferenceSession(_directory.At("model.onnx"));
    }

    public static (string Name, OrtValue Value) Input<T>(string name, T[] values, params long[] shape)
        where T : unmanaged => (name, OrtValue.CreateTensorValueFromMemory(values, shape));

    /// <summary>The first output.</summary>
    public float[] Run(params (string Name, OrtValue Value)[] inputs)
    {
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options,
            [.. inputs.Select(i => i.Name)],
            [.. inputs.Select(i => i.Value)],
            [.. _session.OutputMetadata.Keys]
        );
        foreach ((_, OrtValue value) in inputs)
            value.Dispose();
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _session.Dispose();
        _directory.Dispose();
    }
}
