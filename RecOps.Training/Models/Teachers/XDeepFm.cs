using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// xDeepFM (Lian, Zhou, Zhang, Chen, Xie, Sun 2018): a compressed interaction network (CIN) beside a deep network.
/// 1. Fields: the candidate's vector, one vector of its numbers, the interests, and one vector of the request's numbers.
/// 2. CIN: each feature map of layer l + 1 is a weighted sum of the elementwise products of the maps of layer l and the fields.
/// 3. Sum each map over its dimensions, and apply a linear layer to the sums of both layers.
/// 4. Deep part: an <see cref="Mlp"/> over the vectors and the numbers.
/// 5. Logit: the sum of both, plus a linear layer over the candidate's numbers.
/// </summary>
/// <remarks>
/// Products of the maps with fields shared by all candidates of a request are Σᵢ mapᵢ ⊙ (Σⱼ Wₕᵢⱼ fieldⱼ), and the inner sum is computed
/// once per request. Products among those fields are the same for all candidates and do not affect their order, so they are left out.
/// </remarks>
internal sealed class XDeepFm : Teacher
{
    private const int Layers = 2;
    private const int Maps = 12;

    // The candidate's vector, and one vector of all numbers known about it.
    private const int CandidateFields = 2;
    private readonly Linear _columnField;
    private readonly Linear _requestField;
    private readonly ModuleList<Linear> _shared;
    private readonly ModuleList<Linear> _item;
    private readonly ModuleList<Linear> _column;
    private readonly Linear _weights;
    private readonly Linear _firstOrder;
    private readonly Mlp _deep;
    private readonly Linear _output;

    public XDeepFm(TeacherShape shape)
        : base(nameof(XDeepFm), shape)
    {
        int sharedFields = shape.InterestScales.Count + 1;
        _columnField = nn.Linear(shape.Columns, shape.Dimension);
        _requestField = nn.Linear(shape.Request, shape.Dimension);
        int[] maps = [.. Enumerable.Range(0, Layers).Select(layer => layer == 0 ? CandidateFields : Maps)];
        _shared = new ModuleList<Linear>([.. maps.Select(count => nn.Linear(sharedFields, count * Maps, hasBias: false))]);
        _item = new ModuleList<Linear>([.. maps.Select(count => nn.Linear(count, Maps, hasBias: false))]);
        _column = new ModuleList<Linear>([.. maps.Select(count => nn.Linear(count, Maps, hasBias: false))]);
        _weights = nn.Linear(Layers * Maps, 1);
        _firstOrder = nn.Linear(shape.Columns, 1, hasBias: false);
        _deep = new Mlp(shape.Dimension + shape.Columns, (shape.InterestScales.Count * shape.Dimension) + shape.Request, shape.Hidden);
        _output = nn.Linear(shape.Hidden[^1], 1);
        RegisterComponents();
    }

    protected override T Interact<T>(IAlgebra<T> math, TeacherView<T> view)
    {
        // Dimensions first: [b, d, k, 1] for a candidate's fields, [b, d, fields] for the shared ones.
        T item = math.Unsqueeze(math.Transpose(view.Item), 3);
        T column = math.Unsqueeze(math.Transpose(math.Dense(_columnField, view.Columns)), 3);
        T shared = math.Transpose(math.Concat(1, view.Interests, math.Unsqueeze(math.Dense(_requestField, view.Request), 1)));

        T maps = math.Concat(3, item, column);
        int count = CandidateFields;
        var sums = new T[Layers];
        for (int layer = 0; layer < Layers; layer++)
        {
            T mixing = math.Reshape(math.Dense(_shared[layer], shared), 0, 0, count, Maps);
            T next = math.MatMul(maps, mixing);
            next = math.Add(next, math.Dense(_item[layer], math.Multiply(maps, item)));
            maps = math.Add(next, math.Dense(_column[layer], math.Multiply(maps, column)));
            sums[layer] = math.Sum(maps, 1);
            count = Maps;
        }

        T interactions = math.Dense(_weights, math.Concat(2, sums));
        T deep = _deep.Apply(math, math.Concat(2, view.Item, view.Columns), math.Concat(1, Flat(math, view.Interests), view.Request));
        return math.Squeeze(math.Add(math.Add(interactions, math.Dense(_output, deep)), math.Dense(_firstOrder, view.Columns)), 2);
    }
}
