using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// Deep Interest Network (Zhou, Zhu, Song, Fan, Zhu, Ma, Yan, Jin, Li, Gai 2018).
/// 1. Weigh each of the newest 64 history entries for each candidate by a small ReLU network over the candidate, the entry, their
/// product and the entry's position; the weights are not normalised.
/// 2. Sum the entries by these weights: the shopper's interest in this candidate.
/// 3. Apply an <see cref="Mlp"/> to the candidate's vector, that interest, their product, the similarities to the pooled interests, and
/// the numbers.
/// 4. Logit: a linear layer over its output.
/// </summary>
internal sealed class Din : Teacher
{
    private const int Newest = 64;
    private const int Units = 8;
    private readonly int _length;
    private readonly Parameter _products;
    private readonly Parameter _positions;
    private readonly Linear _ofItem;
    private readonly Linear _ofEntry;
    private readonly Linear _attention;
    private readonly Mlp _deep;
    private readonly Linear _output;

    public Din(TeacherShape shape)
        : base(nameof(Din), shape)
    {
        _length = Math.Min(Newest, shape.History);
        using (no_grad())
        {
            _products = new Parameter(randn(Units, shape.Dimension));
            _positions = new Parameter(zeros(Units, _length));
        }

        _ofItem = nn.Linear(shape.Dimension, Units);
        _ofEntry = nn.Linear(shape.Dimension, Units, hasBias: false);
        _attention = nn.Linear(Units, 1);
        _deep = new Mlp(
            (3 * shape.Dimension) + shape.InterestScales.Count + shape.Columns,
            (shape.InterestScales.Count * shape.Dimension) + shape.Request,
            shape.Hidden
        );
        _output = nn.Linear(shape.Hidden[^1], 1);
        RegisterComponents();
    }

    protected override T Interact<T>(IAlgebra<T> math, TeacherView<T> view)
    {
        T past = math.First(view.Past, 1, _length);
        T attended = math.Dropout(math.MatMul(Weights(math, view, past), past), Shape.Dropout);
        T likeness = math.MatMul(view.Item, math.Transpose(view.Interests));
        T candidate = math.Concat(2, view.Item, attended, math.Multiply(view.Item, attended), likeness, view.Columns);
        T deep = _deep.Apply(math, candidate, math.Concat(1, Flat(math, view.Interests), view.Request));
        return math.Squeeze(math.Dense(_output, deep), 2);
    }

    /// <summary>[b, k, h]: weight of each entry for each candidate.</summary>
    private T Weights<T>(IAlgebra<T> math, TeacherView<T> view, T past)
    {
        // The product with unit u is (item ⊙ pᵤ) · entry, so all units are one matrix product of [b, k · units, d] and [b, d, h].
        T scaled = math.Multiply(math.Unsqueeze(view.Item, 2), math.Learned(_products, "products"));
        T products = math.MatMul(math.Reshape(scaled, 0, -1, Shape.Dimension), math.Transpose(past));
        T units = math.Reshape(products, 0, -1, Units, _length);
        units = math.Add(units, math.Unsqueeze(math.Dense(_ofItem, view.Item), 3));
        units = math.Add(
            units,
            math.Unsqueeze(math.Add(math.Transpose(math.Dense(_ofEntry, past)), math.Learned(_positions, "positions")), 1)
        );

        // [1, units] · [b, k, units, h].
        T weights = math.Squeeze(math.MatMul(math.Learned(_attention.weight, "attention"), math.Relu(units)), 2);
        return math.Add(weights, math.Learned(_attention.bias!, "attentionBias"));
    }
}
