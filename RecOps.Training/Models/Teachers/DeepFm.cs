using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// DeepFM (Guo, Tang, Ye, Li, He 2017): a factorization machine (Rendle 2010) and a deep network over the same vectors.
/// 1. Fields: the candidate's vector, the interests, and a learned vector for each number, multiplied by that number.
/// 2. Second order: the dot products of all pairs of fields, summed as ½(|Σ v|² − Σ |v|²).
/// 3. First order: a linear layer over the candidate's numbers, plus a bias for each item.
/// 4. Deep part: an <see cref="Mlp"/> over the vectors and the numbers.
/// 5. Logit: the sum of the three.
/// </summary>
internal sealed class DeepFm : Teacher
{
    private readonly Parameter _bias;
    private readonly Parameter _columnVectors;
    private readonly Parameter _requestVectors;
    private readonly Linear _firstOrder;
    private readonly Mlp _deep;
    private readonly Linear _output;

    public DeepFm(TeacherShape shape)
        : base(nameof(DeepFm), shape)
    {
        const double spread = 0.02;
        using (no_grad())
        {
            _bias = new Parameter(zeros(shape.Items, 1));
            _columnVectors = new Parameter(randn(shape.Columns, shape.Dimension) * spread);
            _requestVectors = new Parameter(randn(shape.Request, shape.Dimension) * spread);
        }

        _firstOrder = nn.Linear(shape.Columns, 1);
        _deep = new Mlp(shape.Dimension + shape.Columns, (shape.InterestScales.Count * shape.Dimension) + shape.Request, shape.Hidden);
        _output = nn.Linear(shape.Hidden[^1], 1);
        RegisterComponents();
    }

    protected override T Interact<T>(IAlgebra<T> math, TeacherView<T> view)
    {
        T columnVectors = math.Learned(_columnVectors, "columnVectors");
        T requestVectors = math.Learned(_requestVectors, "requestVectors");
        T request = math.Add(math.Sum(view.Interests, 1), math.MatMul(view.Request, requestVectors));
        T sum = math.Add(math.Add(view.Item, math.MatMul(view.Columns, columnVectors)), math.Unsqueeze(request, 1));

        // Squares of the request's own fields are the same for all of its candidates and do not affect their order, so they are left out.
        T own = math.Sum(math.Multiply(view.Item, view.Item), 2);
        T numbers = math.MatMul(
            math.Multiply(view.Columns, view.Columns),
            math.Learned((_columnVectors * _columnVectors).sum(1, keepdim: true), "columnSquares")
        );
        T pairs = math.Scale(math.Subtract(math.Subtract(math.Sum(math.Multiply(sum, sum), 2), own), math.Squeeze(numbers, 2)), 0.5f);

        T first = math.Add(math.Dense(_firstOrder, view.Columns), Bias(math, view));
        T deep = _deep.Apply(math, math.Concat(2, view.Item, view.Columns), math.Concat(1, Flat(math, view.Interests), view.Request));
        return math.Add(pairs, math.Squeeze(math.Add(first, math.Dense(_output, deep)), 2));
    }

    private T Bias<T>(IAlgebra<T> math, TeacherView<T> view) => math.Rows(math.Learned(_bias, "bias"), view.Candidates);
}
