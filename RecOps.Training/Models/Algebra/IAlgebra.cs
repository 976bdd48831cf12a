using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Algebra;

/// <summary>
/// The operations that networks are written in. The same code trains over Torch tensors and exports over the edges of an ONNX graph, so
/// that the two cannot differ. Shapes broadcast as in NumPy.
/// </summary>
internal interface IAlgebra<T>
{
    /// <summary>Learned values, or values computed from them alone.</summary>
    /// <param name="label">Shown in model viewers.</param>
    T Learned(Tensor values, string label);

    /// <summary>x · Wᵀ + b over the last axis.</summary>
    T Dense(Linear layer, T x);

    /// <summary>Rows of [n, d] by ordinal; the result has the shape of the ordinals, then d.</summary>
    T Rows(T table, T ordinals);

    /// <summary>Ordinals with padding, which is below 0, replaced by 0.</summary>
    T WithoutPads(T ordinals);

    /// <summary>1 where there is an ordinal, 0 where there is padding.</summary>
    T IsPresent(T ordinals);

    /// <summary>[b, k] and [b, h] to [b, k, h]: 1 where both are the same.</summary>
    T IsSame(T candidates, T history);

    /// <summary>1 where x is above 0, else 0.</summary>
    T IsPositive(T x);

    T Add(T a, T b);

    T Subtract(T a, T b);

    T Multiply(T a, T b);

    T Divide(T a, T b);

    T Scale(T x, float factor);

    T Shift(T x, float summand);

    T MatMul(T a, T b);

    /// <summary>Swaps the last two of three axes.</summary>
    T Transpose(T x);

    T Concat(int axis, params ReadOnlySpan<T> parts);

    T Unsqueeze(T x, int axis);

    T Squeeze(T x, int axis);

    /// <summary>In the shape, 0 keeps the extent and -1 is inferred.</summary>
    T Reshape(T x, params ReadOnlySpan<long> shape);

    /// <summary>The first entries along an axis.</summary>
    T First(T x, int axis, int count);

    /// <summary>One entry of the last axis, which stays with extent 1.</summary>
    T Column(T x, int index);

    /// <summary>Sums over one axis, which is removed.</summary>
    T Sum(T x, int axis);

    T Sigmoid(T x);

    T Relu(T x);

    T Sqrt(T x);

    T Exp(T x);

    /// <summary>log(1 + x).</summary>
    T Log1p(T x);

    T Softmax(T x);

    /// <summary>Zeroes a share of the values during training and scales up the others; does nothing afterwards.</summary>
    T Dropout(T x, double share);
}
