using RecOps.Shared.Bundles;
using RecOps.Training.Onnx;

namespace RecOps.Training.PlainRules;

/// <summary>Writes a plain rule as a ranker in ONNX. A sum s becomes the score s ÷ (s + 1), which is between 0 and 1.</summary>
internal static class PlainRuleGraph
{
    /// <param name="manifest">Of the bundle that the ranker is for.</param>
    /// <param name="path">Overwritten when it exists.</param>
    public static void Save(PlainRule rule, BundleManifest manifest, string path)
    {
        var graph = new OnnxGraph("recops-plain-rule");
        RankerSignature names = manifest.Ranker;
        int length = manifest.Counts.History;
        graph.Input(names.User, OnnxType.Float, "b", manifest.Dimension);
        OnnxValue history = graph.Input(names.History, OnnxType.Int64, "b", length);
        OnnxValue candidates = graph.Input(names.Candidates, OnnxType.Int64, "b", "k");
        graph.Input(names.Context, OnnxType.Float, "b", manifest.Features.Context.Length);
        OnnxValue sum = graph.Gather(graph.Constant<float>(rule.Popularity, "popularity", rule.Popularity.Length), candidates);
        if (rule.Fade is not null)
        {
            OnnxValue same = graph.Cast(graph.Equal(graph.Unsqueeze(candidates, 2), graph.Unsqueeze(history, 1)), OnnxType.Float);
            OnnxValue places = graph.Constant<float>(rule.PlaceWeights(length), "places", length, 1);
            OnnxValue repeats = graph.Squeeze(graph.MatMul(same, places), 2);
            sum = graph.Add(sum, graph.Add(repeats, graph.ReduceMax(same, 2)));
        }

        OnnxValue score = graph.Divide(sum, graph.Add(sum, graph.Scalar(1f, "one")));
        graph.Output(names.Score, score, OnnxType.Float, "b", "k");
        graph.Save(path);
    }
}
