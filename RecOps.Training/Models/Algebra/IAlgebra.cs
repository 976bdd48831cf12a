using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Algebra;

/// <summary>
/// The operations that networks are written in, once: over Torch's tensors they learn, over the edges of an ONNX graph they are
/// exported, so that the two cannot differ. Shapes broadcast as in NumPy.
/// </summary>
internal interface IAlgebra<T>
{
    /// <summary>What was learned, or is made of nothing but that.</summary>
    /// <param name="label">Shown in model viewers.</param>
    T Learned(Tensor values, string label);

    /// <summary>x · Wᵀ + b over the last axis.</summary>
    T Dense(Linear layer, T x);

    /// <summary>Rows of [n, d] by number; the result has the shape of the ordinals, then d.</summary>
    T Rows(T table, T ordinals);

    /// <summary>Ordinals with pads, which are below 0, made 0.</summary>
    T WithoutPads(T ordinals);

    /// <summary>1 where there is an ordinal, 0 where there is a pad.</summary>
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

    /// <summary>The last two axes of three, changed.</summary>
    T Transpose(T x);

    T Concat(int axis, params ReadOnlySpan<T> parts);

    T Unsqueeze(T x, int axis);

    T Squeeze(T x, int axis);

    /// <summary>In the shape, 0 is the extent that was there and -1 what is left.</summary>
    T Reshape(T x, params ReadOnlySpan<long> shape);

    /// <summary>The first extents of an axis.</summary>
    T First(T x, int axis, int count);

    /// <summary>One extent of the last axis, which stays with extent 1.</summary>
    T Column(T x, int index);

    /// <summary>Over one axis, which goes.</summary>
    T Sum(T x, int axis);

    T Sigmoid(T x);

    T Relu(T x);

    T Sqrt(T x);

    /// <summary>log(1 + x).</summary>
    T Log1p(T x);

    T Softmax(T x);

    /// <summary>Hides a share of the numbers while learning and raises the others to make up for it; does nothing afterwards.</summary>
    T Dropout(T x, double share);
}
