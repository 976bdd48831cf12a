using RecOps.Training.Models.Algebra;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// Weighs the teachers for each request, as in a mixture of experts (Jacobs, Jordan, Nowlan, Hinton 1991) whose experts are already
/// trained.
/// 1. Known = log(1 + history entries) / 3.
/// 2. Weights: a softmax over the teachers of slope · known + offset.
/// 3. Ensemble logit: the weighted mean of the teachers' calibrated logits.
/// </summary>
/// <param name="Slopes">[teachers]: multiply log(1 + history entries) / 3.</param>
/// <param name="Offsets">[teachers].</param>
internal sealed record EnsembleGate(float[] Slopes, float[] Offsets)
{
    /// <summary>The gate's input for a request with this many history entries.</summary>
    public static float Known(int entries) => MathF.Log(1 + entries) / 3;

    /// <param name="entries">History entries of the request.</param>
    /// <returns>[teachers], above 0, with sum 1.</returns>
    public float[] Weights(int entries)
    {
        float known = Known(entries);
        float[] logits = [.. Slopes.Zip(Offsets, (slope, offset) => (slope * known) + offset)];
        float most = logits.Max();
        float[] weights = Array.ConvertAll(logits, logit => MathF.Exp(logit - most));
        float sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>The weighted mean of logits [b, k], one for each teacher.</summary>
    public T Combine<T>(IAlgebra<T> math, TeacherInputs<T> inputs, IReadOnlyList<T> logits)
    {
        T present = math.IsPresent(inputs.History);
        T known = math.Scale(math.Log1p(math.Unsqueeze(math.Sum(present, 1), 1)), 1 / 3f);
        T weights = math.Softmax(
            math.Add(math.MatMul(known, math.Learned(Row(Slopes), "gateSlopes")), math.Learned(Row(Offsets), "gateOffsets"))
        );
        T sum = math.Multiply(logits[0], math.Column(weights, 0));
        for (int i = 1; i < logits.Count; i++)
            sum = math.Add(sum, math.Multiply(logits[i], math.Column(weights, i)));
        return sum;
    }

    private static TorchSharp.torch.Tensor Row(float[] values) => TorchSharp.torch.tensor(values, [1, values.Length]);
}
