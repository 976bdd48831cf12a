using RecOps.Training.Models.Algebra;
using RecOps.Training.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>
/// The student. One table of item vectors serves retrieval, the user vector and the ranker; shared vectors generalise better than two
/// tables on shops of a few thousand users (docs/decisions/0001-one-item-table.md).
/// 1. While learning, an item's vector is its own plus the sum of those of its traits (<see cref="ItemTraits"/>), so that an item with few
/// events starts where similar items are. Afterwards the sum is its vector: traits cost nothing in serving.
/// 2. Pool the history's item vectors under several learned decays into interest vectors.
/// 3. Features of a candidate: its dot products with the interests, its cosine to the user vector, decayed counts of the candidate itself
/// in the history (repeat purchase), the same by type and age where the shape has them (<see cref="EventCounts"/>), and its trends.
/// 4. Features of the request: the length of the history and the context.
/// 5. Add both projections, apply SiLU, then a hidden SiLU layer with a residual connection, then a linear output.
/// </summary>
internal sealed class RankerNetwork : RankingModel
{
    // Added inside roots, not outside: the slope of a root at 0 is infinite, and an empty history is all zeros.
    private const float Epsilon = 1e-12f;
    private const double InitialSpread = 0.02;
    private readonly RankerShape _shape;
    private readonly Parameter _items;
    private readonly Parameter _interestFading;
    private readonly Parameter _repeatFading;
    private readonly EventCounts? _events;
    private readonly Linear _candidateLayer;
    private readonly Linear _requestLayer;
    private readonly Linear _hiddenLayer;
    private readonly Linear _output;
    private readonly Dropout _dropout;
    private readonly Tensor _foldWeights;
    private Shared? _shared;

    /// <param name="traits">What items have in common, for a network that is going to learn; null for one that has.</param>
    public RankerNetwork(RankerShape shape, ItemTraits? traits = null)
        : base(nameof(RankerNetwork))
    {
        _shape = shape;
        using (no_grad())
        {
            _items = new Parameter(randn(shape.Items, shape.Dimension) * InitialSpread);
            _interestFading = new Parameter(Fading.Starting(shape.History, shape.InterestScales));
            _repeatFading = new Parameter(Fading.Starting(shape.History, shape.RepeatScales));
            _foldWeights = pow(tensor(shape.Features.FoldDecay), arange(shape.History, float32));
        }

        _events = shape.ReadsEvents ? new EventCounts() : null;
        _candidateLayer = nn.Linear(shape.CandidateColumns, shape.Hidden);
        _requestLayer = nn.Linear(shape.RequestColumns, shape.Hidden, hasBias: false);
        _hiddenLayer = nn.Linear(shape.Hidden, shape.Hidden);
        _output = nn.Linear(shape.Hidden, 1);
        _dropout = nn.Dropout(shape.Dropout);
        RegisterComponents();

        // After the registration: not saved with the network.
        if (traits is { Names.Count: > 0 })
            _shared = new Shared(traits, shape.Dimension);
    }

    public RankerShape Shape => _shape;

    public override Parameter Items => _items;

    protected override IEnumerable<Parameter> Temporary => _shared is null ? [] : [_shared.Vectors];

    /// <summary>[h, interests]: weight of each position, above 0.</summary>
    public Tensor InterestWeights => _interestFading.exp();

    /// <summary>[h, repeats]: weight of each position, above 0.</summary>
    public Tensor RepeatWeights => _repeatFading.exp();

    /// <summary>Null for a network that does not read events.</summary>
    public EventCounts? Events => _events;

    public Linear CandidateLayer => _candidateLayer;

    public Linear RequestLayer => _requestLayer;

    public Linear HiddenLayer => _hiddenLayer;

    public Linear Output => _output;

    /// <summary>The user vector that <see cref="RecOps.Shared.Bundles.UserVector"/> would fold from a history.</summary>
    /// <param name="history">[b, h] i64, newest first, padded with -1.</param>
    /// <param name="eventWeights">[b, h] f32.</param>
    /// <returns>[b, d] f32.</returns>
    public Tensor FoldUser(Tensor history, Tensor eventWeights) => FoldUser(Table(), history, eventWeights);

    public override void Settle()
    {
        if (_shared is null)
            return;
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        using (NewDisposeScope())
        {
            _items.copy_(Table());
        }

        _shared.Dispose();
        _shared = null;
    }

    private Tensor FoldUser(Tensor table, Tensor history, Tensor eventWeights)
    {
        Tensor vectors = Normalise(Rows(table, history.clamp_min(0)));
        Tensor weights = eventWeights * _foldWeights * (history >= 0).to(float32);
        return weights.unsqueeze(1).matmul(vectors).squeeze(1);
    }

    public override Tensor Logits(LessonBatch lessons)
    {
        Tensor table = Table();
        Tensor user = FoldUser(table, lessons.History, lessons.EventWeights);
        return Logits(table, user, lessons);
    }

    /// <summary>Raw scores with a user vector from elsewhere; higher is better.</summary>
    /// <param name="user">[b, d] f32.</param>
    /// <returns>[b, k] f32.</returns>
    public Tensor Logits(Tensor user, LessonBatch lessons) => Logits(Table(), user, lessons);

    private Tensor Logits(Tensor table, Tensor user, LessonBatch lessons)
    {
        (Tensor history, Tensor candidates) = (lessons.History, lessons.Candidates);
        Tensor present = (history >= 0).to(float32);
        Tensor past = Rows(table, history.clamp_min(0)) * present.unsqueeze(2);
        Tensor items = Rows(table, candidates);

        Tensor weights = InterestWeights;
        Tensor pooled = weights.t().matmul(past);
        Tensor strength = (present.matmul(weights * weights) + Epsilon).sqrt();
        Tensor interests = _dropout.forward(pooled / strength.unsqueeze(2));
        Tensor likeness = items.matmul(interests.transpose(1, 2));
        Tensor nearness = Normalise(items).matmul(_dropout.forward(Normalise(user)).unsqueeze(2));

        Tensor same = (candidates.unsqueeze(2) == history.unsqueeze(1)).to(float32);
        Tensor repeats = same.matmul(RepeatWeights).log1p() * 2;
        Tensor known = repeats.slice(2, _shape.RepeatScales.Count - 1, _shape.RepeatScales.Count, 1).gt(0).to(float32);

        Tensor[] columns = [likeness, nearness, repeats, known, lessons.Trends];
        if (_events is not null)
            columns = [.. columns, _events.Of(new TorchAlgebra(training), same, lessons.Types, lessons.Ages)];

        Tensor length = present.sum(1, keepdim: true).log1p() / 3;
        Tensor request = _requestLayer.forward(cat([length, lessons.Context], 1)).unsqueeze(1);
        Tensor first = nn.functional.silu(_candidateLayer.forward(cat(columns, 2)) + request);
        Tensor second = nn.functional.silu(_hiddenLayer.forward(first)) + first;
        return _output.forward(second).squeeze(2);
    }

    private Tensor Rows(Tensor table, Tensor ordinals) =>
        table.index_select(0, ordinals.flatten()).view([.. ordinals.shape, _shape.Dimension]);

    /// <summary>[items, d]: the item vectors as they are used.</summary>
    private Tensor Table()
    {
        Tensor own = _items;
        return _shared is null ? own : own + _shared.Membership.mm(_shared.Vectors);
    }

    public static Tensor Normalise(Tensor vectors) => vectors / ((vectors * vectors).sum(-1, keepdim: true) + Epsilon).sqrt();

    /// <summary>The vectors of traits.</summary>
    private sealed class Shared : IDisposable
    {
        public Shared(ItemTraits traits, int dimension)
        {
            using (no_grad())
            {
                Vectors = new Parameter(randn(traits.Names.Count, dimension) * InitialSpread);
                Membership = traits.ToMatrix().DetachFromDisposeScope();
            }
        }

        /// <summary>[traits, d].</summary>
        public Parameter Vectors { get; }

        /// <summary>[items, traits], sparse.</summary>
        public Tensor Membership { get; }

        public void Dispose()
        {
            Vectors.Dispose();
            Membership.Dispose();
        }
    }
}
