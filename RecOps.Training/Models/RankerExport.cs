using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>Extracts what a bundle needs from a trained <see cref="RankerNetwork"/>.</summary>
internal static class RankerExport
{
    /// <summary>Rounds the item vectors in place to the precision of the exported model.</summary>
    public static void RoundItems(RankerNetwork network)
    {
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        using (NewDisposeScope())
        {
            network.Items.copy_(network.Items.to(float16).to(float32));
        }
    }

    /// <summary>[items, d]: the item vectors, normalised, for retrieval and for folding users.</summary>
    public static Half[] UnitItems(RankerNetwork network)
    {
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        using (NewDisposeScope())
        {
            return [.. RankerNetwork.Normalise(network.Items).to(float16).data<Half>()];
        }
    }

    /// <param name="network">After <see cref="RoundItems"/>.</param>
    /// <param name="trends">[items, <see cref="ItemTrends.Columns"/>]: the snapshot that the model will serve with.</param>
    /// <param name="calibration">Turns raw scores into probabilities.</param>
    /// <param name="path">Overwritten when it exists.</param>
    public static void Save(
        RankerNetwork network,
        ReadOnlySpan<float> trends,
        ScoreCalibration calibration,
        RankerPrecision precision,
        string path
    )
    {
        using CollectionPause pause = CollectionPause.Begin();
        using (NewDisposeScope())
        using (no_grad())
        {
            Half[] items = network.Items.to(float16).data<Half>().ToArray();
            RankerGraph.Save(network.Shape, RankerWeights.Of(network, calibration), items, trends.ToArray(), precision, path);
        }
    }
}
