using RecOps.Training.Models.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Rivals;

/// <summary>
/// Self-attentive sequential recommendation (Kang and McAuley 2018), to compare with: it knows nothing but the order of the history.
/// 1. Take the newest 50 history entries, and add to each a learned vector of its position.
/// 2. Two blocks of one attention head and a position-wise network, each with a residual connection and layer normalisation. An entry
/// attends to itself and to older ones.
/// 3. Logit: the candidate's vector times what the last block says at the newest entry.
/// It learns from the same lessons by the same sampled softmax as the other networks. That is better than its own binary
/// cross-entropy with one negative (Klenitskiy and Vasilev 2023, "Turning Dross Into Gold Loss").
/// </summary>
internal sealed class SasRec : RankingModel
{
    public const int DefaultDimension = 64;
    private const int Newest = 50;
    private const int DefaultEpochs = 20;
    private const int Blocks = 2;
    private const double DropoutRate = 0.5;
    private const double Spread = 0.02;

    // Not infinity: padding attends to padding alone, and 0/0 would reach the rest.
    private const double Hidden = -1e9;

    private readonly int _length;
    private readonly int _dimension;
    private readonly Parameter _items;
    private readonly Parameter _positions;
    private readonly ModuleList<Block> _blocks;
    private readonly Dropout _dropout;

    /// <param name="items">Items of the catalogue.</param>
    /// <param name="dimension">Length of a vector.</param>
    /// <param name="history">History entries of a lesson.</param>
    public SasRec(int items, int dimension, int history)
        : base(nameof(SasRec))
    {
        _length = Math.Min(Newest, history);
        _dimension = dimension;
        using (no_grad())
        {
            _items = new Parameter(randn(items, dimension) * Spread);
            _positions = new Parameter(randn(_length, dimension) * Spread);
        }

        _blocks = new ModuleList<Block>([.. Enumerable.Range(0, Blocks).Select(_ => new Block(dimension))]);
        _dropout = nn.Dropout(DropoutRate);
        RegisterComponents();
    }

    public override Parameter Items => _items;

    /// <summary>The recipe for <see cref="RankerTrainer"/> in a run with this seed.</summary>
    /// <param name="epochs">Passes over the lessons; null for the default.</param>
    public static LearningRecipe Learning(int seed, int? epochs) =>
        new()
        {
            Seed = (seed * 1000) + 99,
            Epochs = epochs ?? DefaultEpochs,
            Candidates = 200,
            ItemRate = 0.003,
            Rate = 0.001,
            FirstTimeShare = 0,
        };

    public override Tensor Logits(LessonBatch lessons)
    {
        Tensor history = lessons.History.narrow(1, 0, _length);
        Tensor present = (history >= 0).to(float32);
        Tensor x = Rows(history.clamp_min(0)) * Math.Sqrt(_dimension);
        x = _dropout.forward(x + _positions) * present.unsqueeze(2);

        // Newest first: older entries have larger numbers.
        Tensor mask = ((1 - present) * Hidden).unsqueeze(1) + (ones(_length, _length).tril(-1) * Hidden);
        foreach (Block block in _blocks)
            x = block.Apply(x, mask);
        Tensor newest = x.narrow(1, 0, 1);
        return Rows(lessons.Candidates).matmul(newest.transpose(1, 2)).squeeze(2);
    }

    private Tensor Rows(Tensor ordinals) => _items.index_select(0, ordinals.flatten()).view([.. ordinals.shape, _dimension]);

    private sealed class Block : nn.Module
    {
        private readonly double _scale;
        private readonly Linear _query;
        private readonly Linear _key;
        private readonly Linear _value;
        private readonly Linear _inner;
        private readonly Linear _outer;
        private readonly LayerNorm _attended;
        private readonly LayerNorm _transformed;
        private readonly Dropout _dropout;

        public Block(int dimension)
            : base(nameof(Block))
        {
            _scale = 1 / Math.Sqrt(dimension);
            (_query, _key, _value) = (nn.Linear(dimension, dimension), nn.Linear(dimension, dimension), nn.Linear(dimension, dimension));
            (_inner, _outer) = (nn.Linear(dimension, dimension), nn.Linear(dimension, dimension));
            (_attended, _transformed) = (nn.LayerNorm(dimension), nn.LayerNorm(dimension));
            _dropout = nn.Dropout(DropoutRate);
            RegisterComponents();
        }

        /// <param name="x">[b, h, d].</param>
        /// <param name="mask">[b, h, h], added to the attention of each entry (row) to each other.</param>
        public Tensor Apply(Tensor x, Tensor mask)
        {
            Tensor scores = (_query.forward(x).matmul(_key.forward(x).transpose(1, 2)) * _scale) + mask;
            x = _attended.forward(x + _dropout.forward(scores.softmax(-1).matmul(_value.forward(x))));
            Tensor inner = _dropout.forward(nn.functional.relu(_inner.forward(x)));
            return _transformed.forward(x + _dropout.forward(_outer.forward(inner)));
        }
    }
}
