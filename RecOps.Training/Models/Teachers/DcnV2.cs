using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// DCN-V2 in its parallel form (Wang, Shivanna, Cheng, Jain, Lin, Hong, Chi 2021).
/// 1. Concatenate all inputs, those of the candidate and of the request, to x₀.
/// 2. Apply two cross layers x′ = x₀ ⊙ (W x + b) + x, each of which raises the order of the feature products by one.
/// 3. Apply a deep network (<see cref="Mlp"/>) to the same inputs in parallel.
/// 4. Logit: the sum of a linear layer over each of the two outputs.
/// </summary>
internal sealed class DcnV2 : Teacher
{
    private const int Layers = 2;
    private readonly ModuleList<Linear> _cross;
    private readonly Linear _narrow;
    private readonly Mlp _deep;
    private readonly Linear _output;

    public DcnV2(TeacherShape shape)
        : base(nameof(DcnV2), shape)
    {
        int fields = 1 + shape.InterestScales.Count;
        int width = (fields * shape.Dimension) + shape.Columns + shape.Request;
        _cross = new ModuleList<Linear>([.. Enumerable.Range(0, Layers).Select(_ => nn.Linear(width, width))]);
        _narrow = nn.Linear(width, 1);
        _deep = new Mlp(shape.Dimension + shape.Columns, (shape.InterestScales.Count * shape.Dimension) + shape.Request, shape.Hidden);
        _output = nn.Linear(shape.Hidden[^1], 1);
        RegisterComponents();
        StartAtLikeness(shape, width);
    }

    protected override T Interact<T>(IAlgebra<T> math, TeacherView<T> view)
    {
        T candidate = math.Concat(2, view.Item, view.Columns);
        T request = math.Concat(1, Flat(math, view.Interests), view.Request);

        // Repeats the request's inputs for each candidate by adding them to zeros.
        T repeated = math.Add(math.Unsqueeze(request, 1), math.Scale(math.Column(view.Item, 0), 0));
        T x0 = math.Concat(2, candidate, repeated);
        T x = x0;
        foreach (Linear layer in _cross)
            x = math.Add(math.Multiply(x0, math.Dense(layer, x)), x);
        T deep = _deep.Apply(math, candidate, request);
        return math.Squeeze(math.Add(math.Dense(_narrow, x), math.Dense(_output, deep)), 2);
    }

    /// <summary>
    /// Initialises the first cross layer to the elementwise products of candidate and interests, and the last layer to their sum. So the
    /// network does not have to discover by chance that a dot product measures similarity.
    /// </summary>
    private void StartAtLikeness(TeacherShape shape, int width)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            int d = shape.Dimension;
            Tensor first = randn(width, width) * 0.01;
            for (int field = 0; field < shape.InterestScales.Count; field++)
            {
                int start = d + shape.Columns + (field * d);
                first.narrow(0, 0, d).narrow(1, start, d).add_(eye(d));
            }

            _cross[0].weight.copy_(first);
            _cross[1].weight.mul_(0.1);
            _narrow.weight.mul_(0.1);
            _narrow.weight.narrow(1, 0, d).add_(1);
        }
    }
}
