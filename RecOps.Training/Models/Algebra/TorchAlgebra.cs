using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Algebra;

/// <summary>Computes each operation immediately, with gradients.</summary>
/// <param name="learning">Whether dropout is active.</param>
internal sealed class TorchAlgebra(bool learning) : IAlgebra<Tensor>
{
    public Tensor Learned(Tensor values, string label) => values;

    public Tensor Dense(Linear layer, Tensor x) => layer.forward(x);

    public Tensor Rows(Tensor table, Tensor ordinals) =>
        table.index_select(0, ordinals.flatten()).view([.. ordinals.shape, table.shape[1]]);

    public Tensor WithoutPads(Tensor ordinals) => ordinals.clamp_min(0);

    public Tensor IsPresent(Tensor ordinals) => (ordinals >= 0).to(float32);

    public Tensor IsSame(Tensor candidates, Tensor history) => (candidates.unsqueeze(2) == history.unsqueeze(1)).to(float32);

    public Tensor IsPositive(Tensor x) => x.gt(0).to(float32);

    public Tensor Add(Tensor a, Tensor b) => a + b;

    public Tensor Subtract(Tensor a, Tensor b) => a - b;

    public Tensor Multiply(Tensor a, Tensor b) => a * b;

    public Tensor Divide(Tensor a, Tensor b) => a / b;

    public Tensor Scale(Tensor x, float factor) => x * factor;

    public Tensor Shift(Tensor x, float summand) => x + summand;

    public Tensor MatMul(Tensor a, Tensor b) => a.matmul(b);

    public Tensor Transpose(Tensor x) => x.transpose(1, 2);

    public Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts) => cat(parts.ToArray(), axis);

    public Tensor Unsqueeze(Tensor x, int axis) => x.unsqueeze(axis);

    public Tensor Squeeze(Tensor x, int axis) => x.squeeze(axis);

    public Tensor Reshape(Tensor x, params ReadOnlySpan<long> shape)
    {
        var extents = shape.ToArray();
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] == 0)
                extents[axis] = x.shape[axis];
        }

        return x.reshape(extents);
    }

    public Tensor First(Tensor x, int axis, int count) => x.narrow(axis, 0, count);

    public Tensor Column(Tensor x, int index) => x.narrow(-1, index, 1);

    public Tensor Sum(Tensor x, int axis) => x.sum(axis);

    public Tensor Sigmoid(Tensor x) => x.sigmoid();

    public Tensor Relu(Tensor x) => x.relu();

    public Tensor Sqrt(Tensor x) => x.sqrt();

    public Tensor Exp(Tensor x) => x.exp();

    public Tensor Log1p(Tensor x) => x.log1p();

    public Tensor Softmax(Tensor x) => x.softmax(-1);

    public Tensor Dropout(Tensor x, double share) => learning && share > 0 ? nn.functional.dropout(x, share) : x;
}
