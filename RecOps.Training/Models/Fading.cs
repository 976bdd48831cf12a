using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>Initial values of the learned history decay: an exponential for each scale.</summary>
internal static class Fading
{
    /// <returns>[history, scales]: logarithms of the weights by position.</returns>
    public static Tensor Starting(int history, IReadOnlyList<double> scales)
    {
        var values = new float[history, scales.Count];
        for (int position = 0; position < history; position++)
        {
            for (int scale = 0; scale < scales.Count; scale++)
                values[position, scale] = (float)(-position / scales[scale]);
        }

        return tensor(values);
    }
}
