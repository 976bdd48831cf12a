using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// DLRM (Naumov and others 2019).
/// 1. Bottom network: turn the numbers known about candidate and request into one vector.
/// 2. Interactions: the dot products of all pairs among the candidate's vector, that vector and the interests.
/// 3. Top network: an <see cref="Mlp"/> over the bottom vector and the interactions.
/// 4. Logit: a linear layer over its output.
/// </summary>
internal sealed class Dlrm : Teacher
{
    private readonly Mlp _bottom;
    private readonly Mlp _top;
    private readonly Linear _output;

    public Dlrm(TeacherShape shape)
        : base(nameof(Dlrm), shape)
    {
        int interests = shape.InterestScales.Count;
        _bottom = new Mlp(shape.Columns, shape.Request, shape.Hidden[0], shape.Dimension);

        // Pairs of two interests are the same for all candidates, so they belong to the request.
        _top = new Mlp(shape.Dimension + (2 * interests) + 1, (interests * interests) + shape.Request, shape.Hidden);
        _output = nn.Linear(shape.Hidden[^1], 1);
        RegisterComponents();
    }

    protected override T Interact<T>(IAlgebra<T> math, TeacherView<T> view)
    {
        T numbers = _bottom.Apply(math, view.Columns, view.Request);
        T interests = math.Transpose(view.Interests);
        T likeness = math.MatMul(view.Item, interests);
        T expected = math.MatMul(numbers, interests);
        T own = math.Unsqueeze(math.Sum(math.Multiply(view.Item, numbers), 2), 2);
        T among = math.Reshape(math.MatMul(view.Interests, interests), 0, -1);
        T top = _top.Apply(math, math.Concat(2, numbers, likeness, expected, own), math.Concat(1, among, view.Request));
        return math.Squeeze(math.Dense(_output, top), 2);
    }
}
