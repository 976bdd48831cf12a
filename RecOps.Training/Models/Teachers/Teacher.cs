using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// A large network that a small one learns from. All teachers get the same inputs; subclasses differ in how these interact.
/// 1. Look up the vectors of the candidates and of the history in one table.
/// 2. Interests: pool the history under several learned decays, divided by the root of the summed squared weights.
/// 3. Numbers of a candidate: log(1 + decayed counts) of the candidate in the history, the same by type and age where these are inputs
/// (<see cref="EventCounts"/>), whether it is there at all, and its trends.
/// 4. Numbers of the request: the logarithm of the history's length, and the context.
/// 5. Hand all of these to <c>Interact</c>, which returns the logits.
/// </summary>
internal abstract class Teacher : RankingModel
{
    // Added inside roots, not outside: the slope of a root at 0 is infinite, and an empty history is all zeros.
    private const float Epsilon = 1e-12f;
    private const double InitialSpread = 0.02;
    private readonly Parameter _items;
    private readonly Parameter _interestFading;
    private readonly Parameter _repeatFading;
    private readonly EventCounts? _events;

    protected Teacher(string name, TeacherShape shape)
        : base(name)
    {
        Shape = shape;
        using (no_grad())
        {
            _items = new Parameter(randn(shape.Items, shape.Dimension) * InitialSpread);
            _interestFading = new Parameter(Fading.Starting(shape.History, shape.InterestScales));
            _repeatFading = new Parameter(Fading.Starting(shape.History, shape.RepeatScales));
        }

        _events = shape.ReadsEvents ? new EventCounts() : null;

        // RegisterComponents does not find private fields of a base class.
        register_parameter("items", _items);
        register_parameter("interestFading", _interestFading);
        register_parameter("repeatFading", _repeatFading);
        if (_events is not null)
            register_module("events", _events);
    }

    public TeacherShape Shape { get; }

    public override Parameter Items => _items;

    public override Tensor Logits(LessonBatch lessons) =>
        Logits(
            new TorchAlgebra(training),
            new TeacherInputs<Tensor>(lessons.History, lessons.Candidates, lessons.Trends, lessons.Context, lessons.Types, lessons.Ages)
        );

    /// <summary>Raw scores, [b, k].</summary>
    public T Logits<T>(IAlgebra<T> math, TeacherInputs<T> inputs)
    {
        T table = math.Learned(_items, "items");
        T item = math.Rows(table, inputs.Candidates);
        T present = math.IsPresent(inputs.History);
        T past = math.Multiply(math.Rows(table, math.WithoutPads(inputs.History)), math.Unsqueeze(present, 2));

        Tensor fading = _interestFading.exp();
        T strength = math.Sqrt(math.Shift(math.MatMul(present, math.Learned(fading * fading, "interestSquares")), Epsilon));
        T pooled = math.Divide(math.MatMul(math.Learned(fading.t(), "interestWeights"), past), math.Unsqueeze(strength, 2));
        T interests = math.Dropout(pooled, Shape.Dropout);

        T same = math.IsSame(inputs.Candidates, inputs.History);
        T repeats = math.Scale(math.Log1p(math.MatMul(same, math.Learned(_repeatFading.exp(), "repeatWeights"))), 2);
        T known = math.IsPositive(math.Column(repeats, Shape.RepeatScales.Count - 1));
        T columns = _events is null
            ? math.Concat(2, repeats, known, inputs.Trends)
            : math.Concat(2, _events.Of(math, same, inputs.Types, inputs.Ages), repeats, known, inputs.Trends);
        T length = math.Scale(math.Log1p(math.Unsqueeze(math.Sum(present, 1), 1)), 1 / 3f);
        T request = math.Concat(1, length, inputs.Context);
        return Interact(math, new TeacherView<T>(inputs.Candidates, item, interests, columns, request, past, present));
    }

    /// <summary>Raw scores, [b, k].</summary>
    protected abstract T Interact<T>(IAlgebra<T> math, TeacherView<T> view);

    /// <summary>All interests concatenated, [b, s · d].</summary>
    protected static T Flat<T>(IAlgebra<T> math, T interests) => math.Reshape(interests, 0, -1);
}
