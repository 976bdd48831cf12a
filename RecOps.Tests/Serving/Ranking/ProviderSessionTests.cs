using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Tests.Server.Models;
using RecOps.Training.Onnx;
using Xunit;

namespace RecOps.Tests.Serving.Ranking;

public sealed class ProviderSessionTests
{
    /// <summary>
    /// Unsigned by signed bytes: unless configured otherwise, ONNX Runtime 1.31.1 adds pairs of products in 16 bits on processors with AVX2
    /// but without VNNI, and returns about half of the sum here.
    /// </summary>
    [Fact]
    public async Task Open_ModelOfLargeEightBitProducts_AddsThemWhole()
    {
        const int Inputs = 64;
        const string Model = "products.onnx";
        using var directory = new TempDirectory();
        await HandwrittenBundle.WriteAsync(directory.Path);
        var graph = new OnnxGraph("products");
        OnnxValue x = graph.Cast(graph.Input("x", OnnxType.Float, "b", Inputs), OnnxType.UInt8);
        OnnxValue weights = graph.Constant<sbyte>(Enumerable.Repeat((sbyte)127, Inputs * Inputs).ToArray(), "weights", Inputs, Inputs);
        graph.Output("y", graph.Cast(graph.MatMulInteger(x, weights), OnnxType.Float), OnnxType.Float, "b", Inputs);
        graph.Save(Path.Combine(directory.Path, Model));
        using Bundle bundle = Bundle.Open(directory.Path);
        var sessions = new ProviderSession(Options.Create(new InferenceOptions { Provider = "cpu" }), NullLogger<ProviderSession>.Instance);

        using InferenceSession session = sessions.Open(bundle, Model).Session;
        using var run = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(255f, Inputs).ToArray(), [1, Inputs]);
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["x"], [input], ["y"]);

        Assert.All(outputs[0].GetTensorDataAsSpan<float>().ToArray(), sum => Assert.Equal(Inputs * 255 * 127, sum));
    }
}
