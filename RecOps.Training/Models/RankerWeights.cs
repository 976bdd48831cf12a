using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>A ranker's weights apart from its item tables, as row-major arrays.</summary>
/// <param name="Interests">[h, interests]: weight of each history entry in each view of the history.</param>
/// <param name="Repeats">[h, repeats]: weight of each history entry in each count of the candidate itself.</param>
/// <param name="Candidate">Layer over the columns of a candidate.</param>
/// <param name="Request">Layer over the columns of a request, without a bias.</param>
/// <param name="Events">Null for a ranker that does not read events.</param>
internal sealed record RankerWeights(
    float[] Interests,
    float[] Repeats,
    DenseLayer Candidate,
    DenseLayer Request,
    DenseLayer Hidden,
    DenseLayer Output,
    ScoreCalibration Calibration,
    EventWeights? Events = null
)
{
    public static RankerWeights Of(RankerNetwork network, ScoreCalibration calibration)
    {
        using (NewDisposeScope())
        using (no_grad())
        {
            return new RankerWeights(
                Values(network.InterestWeights),
                Values(network.RepeatWeights),
                Layer(network.CandidateLayer),
                Layer(network.RequestLayer),
                Layer(network.HiddenLayer),
                Layer(network.Output),
                calibration,
                network.Events is { } events ? new EventWeights(Values(events.Rates), Values(events.TypeWeights)) : null
            );
        }
    }

    private static DenseLayer Layer(Linear layer)
    {
        Tensor weights = layer.weight.t();
        return new DenseLayer((int)weights.shape[0], (int)weights.shape[1], Values(weights), layer.bias is { } bias ? Values(bias) : null);
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}

/// <summary>See <see cref="EventCounts"/>.</summary>
/// <param name="Rates">[columns].</param>
/// <param name="Types">[types, columns].</param>
internal sealed record EventWeights(float[] Rates, float[] Types);

/// <param name="Weights">[inputs, outputs].</param>
/// <param name="Bias">[outputs], or null.</param>
internal sealed record DenseLayer(int Inputs, int Outputs, float[] Weights, float[]? Bias);
