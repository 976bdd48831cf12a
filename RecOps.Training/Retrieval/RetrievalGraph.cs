using RecOps.Shared.Bundles;
using RecOps.Training.Onnx;

namespace RecOps.Training.Retrieval;

/// <summary>
/// Writes retrieval.onnx, which finds the k items with the largest dot product for a batch of users on any device of ONNX Runtime.
/// 1. Score all items and split the scores into blocks of 128.
/// 2. Find the k blocks with the highest maxima.
/// 3. Find the best k items of those blocks.
/// The result is exact: an item in any other block is below the k maxima of these blocks, each of which is an item itself.
/// </summary>
internal static class RetrievalGraph
{
    /// <summary>
    /// Items in a block. Sorting covers items ÷ block maxima and k · block scores; for two million items and k = 256 the sum is smallest
    /// near 90.
    /// </summary>
    public const int BlockItems = 128;

    /// <param name="path">In the directory of items.safetensors, whose vectors the model refers to; overwritten when it exists.</param>
    /// <param name="file">items.safetensors.</param>
    /// <param name="items">Rows of its embedding.</param>
    /// <param name="dimension">Columns of its embedding.</param>
    public static void Write(string path, SafetensorsFile file, int items, int dimension)
    {
        long blocks = (items + BlockItems - 1L) / BlockItems;
        var graph = new OnnxGraph("retrieval");
        OnnxValue user = graph.Input(BundleRetrieval.UserInput, OnnxType.Float, "b", dimension);
        OnnxValue k = graph.Input(BundleRetrieval.CountInput, OnnxType.Int64, 1);
        OnnxValue vectors = graph.External<Half>(BundleFile.Items, file.OffsetOf("embedding"), "items", items, dimension);

        // A product in f16 would round scores to eleven bits and make many of the best ones equal.
        OnnxValue scores = graph.MatMulTransposed(user, graph.Cast(vectors, OnnxType.Float));
        long missing = (blocks * BlockItems) - items;
        if (missing > 0)
            scores = graph.PadColumns(scores, missing, float.NegativeInfinity);
        OnnxValue scoresByBlock = graph.Reshape(scores, 0, blocks, BlockItems);
        OnnxValue wanted = graph.Min(k, graph.Constant<long>(new[] { blocks }, "blocks", 1));
        (_, OnnxValue bestBlocks) = graph.TopK(graph.ReduceMax(scoresByBlock, axis: 2), wanted);
        OnnxValue theirScores = graph.Reshape(graph.GatherSlices(scoresByBlock, bestBlocks), 0, -1);
        (OnnxValue best, OnnxValue places) = graph.TopK(theirScores, k);

        OnnxValue size = graph.Scalar<long>(BlockItems, "blockItems");
        OnnxValue block = graph.GatherElements(bestBlocks, graph.Divide(places, size));
        OnnxValue ordinal = graph.Add(graph.Multiply(block, size), graph.Modulo(places, size));
        graph.Output(BundleRetrieval.OrdinalOutput, ordinal, OnnxType.Int64, "b", "k");
        graph.Output(BundleRetrieval.ScoreOutput, best, OnnxType.Float, "b", "k");
        graph.Save(path);
    }
}
