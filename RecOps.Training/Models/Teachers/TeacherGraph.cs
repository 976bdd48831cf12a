using RecOps.Shared.Bundles;
using RecOps.Training.Models.Algebra;
using RecOps.Training.Onnx;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// Writes one teacher, or several whose calibrated logits are averaged, as one ONNX model with the ranker's inputs and output. It
/// contains the trends of the last snapshot; the caller may pass those of another snapshot as the input <c>trends</c>. Several have an
/// output each beside the ranker's, so that all can be measured in one run.
/// </summary>
internal static class TeacherGraph
{
    /// <summary>Name of the optional input, [items, <see cref="ItemTrends.Columns"/>] f32.</summary>
    public const string Trends = "trends";

    /// <summary>Name of the output with the scores of one of several teachers, [b, k] f32.</summary>
    public static string OutputOf(RankerSignature names, string teacher) => $"{names.Score}.{teacher}";

    /// <param name="teachers">At least one, all over the same items.</param>
    /// <param name="gate">Weighs the teachers for each request; null takes their mean.</param>
    /// <param name="trends">[items, <see cref="ItemTrends.Columns"/>].</param>
    /// <param name="path">Overwritten when it exists.</param>
    public static void Save(
        IReadOnlyList<(string Name, Teacher Network, ScoreCalibration Calibration)> teachers,
        EnsembleGate? gate,
        ReadOnlySpan<float> trends,
        string path
    )
    {
        using var scope = NewDisposeScope();
        using var pure = no_grad();
        TeacherShape shape = teachers[0].Network.Shape;
        var graph = new OnnxGraph(teachers.Count == 1 ? "recops-teacher" : "recops-ensemble");
        var math = new OnnxAlgebra(graph);
        bool readsEvents = shape.ReadsEvents;
        RankerSignature signature = readsEvents ? RankerSignature.WithEvents : new RankerSignature();

        // One of the ranker's inputs, of any length. No teacher reads it, since teachers have item vectors of their own.
        graph.Input(signature.User, OnnxType.Float, "b", "d");
        OnnxValue history = graph.Input(signature.History, OnnxType.Int64, "b", shape.History);
        OnnxValue types = readsEvents ? graph.Input(signature.HistoryTypes!, OnnxType.Int64, "b", shape.History) : default;
        OnnxValue ages = readsEvents ? graph.Input(signature.HistoryAges!, OnnxType.Float, "b", shape.History) : default;
        OnnxValue candidates = graph.Input(signature.Candidates, OnnxType.Int64, "b", "k");
        OnnxValue context = graph.Input(signature.Context, OnnxType.Float, "b", shape.Context);
        OnnxValue table = graph.Default<float>(Trends, trends.ToArray(), shape.Items, ItemTrends.Columns);
        var inputs = new TeacherInputs<OnnxValue>(history, candidates, graph.Gather(table, candidates), context, types, ages);
        OnnxValue[] logits = [.. teachers.Select(teacher => Calibrated(math, teacher.Network.Logits(math, inputs), teacher.Calibration))];
        OnnxValue logit = gate is null ? Mean(math, logits) : gate.Combine(math, inputs, logits);
        graph.Output(signature.Score, graph.Sigmoid(logit), OnnxType.Float, "b", "k");
        for (int i = 0; i < logits.Length && logits.Length > 1; i++)
            graph.Output(OutputOf(signature, teachers[i].Name), graph.Sigmoid(logits[i]), OnnxType.Float, "b", "k");
        graph.Save(path);
    }

    private static OnnxValue Calibrated(OnnxAlgebra math, OnnxValue logit, ScoreCalibration calibration) =>
        math.Shift(math.Scale(logit, calibration.Slope), calibration.Offset);

    private static OnnxValue Mean(OnnxAlgebra math, OnnxValue[] logits)
    {
        OnnxValue sum = logits[0];
        foreach (OnnxValue logit in logits.AsSpan(1))
            sum = math.Add(sum, logit);
        return math.Scale(sum, 1f / logits.Length);
    }
}
