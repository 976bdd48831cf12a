using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>A network that can be trained to rank: the student and each of its teachers.</summary>
internal abstract class RankingModel(string name) : nn.Module(name)
{
    /// <summary>[items, d]; not normalised.</summary>
    public abstract Parameter Items { get; }

    public IEnumerable<Parameter> OtherParameters => Learned.Where(parameter => !ReferenceEquals(parameter, Items));

    /// <summary>Everything that is learned.</summary>
    public IEnumerable<Parameter> Learned => parameters().Concat(Temporary);

    /// <summary>What exists only while the network learns, and is not saved with it.</summary>
    protected virtual IEnumerable<Parameter> Temporary => [];

    /// <summary>Ends learning: what is temporary becomes part of the rest. The network scores as before.</summary>
    public virtual void Settle() { }

    /// <summary>Raw scores; higher is better.</summary>
    /// <param name="lessons">What was known at the time of each lesson.</param>
    /// <returns>[b, k] f32.</returns>
    public abstract Tensor Logits(LessonBatch lessons);
}

/// <summary>A batch of lessons as tensors.</summary>
/// <param name="History">[b, h] i64, newest first, padded with -1.</param>
/// <param name="EventWeights">[b, h] f32.</param>
/// <param name="Candidates">[b, k] i64.</param>
/// <param name="Trends">[b, k, <see cref="ItemTrends.Columns"/>] f32.</param>
/// <param name="Labels">[b, k] f32, 1 for what was bought.</param>
/// <param name="Corrections">[b, k] f32, see <see cref="Learning.CandidateSampler"/>.</param>
/// <param name="Context">[b, c] f32.</param>
/// <param name="Types">[b, h] i64: event types of the history's entries, 0 for pads.</param>
/// <param name="Ages">[b, h] f32: days since those entries, 0 for pads.</param>
internal sealed record LessonBatch(
    Tensor History,
    Tensor EventWeights,
    Tensor Candidates,
    Tensor Trends,
    Tensor Labels,
    Tensor Corrections,
    Tensor Context,
    Tensor Types,
    Tensor Ages
)
{
    /// <summary>[b, k] bool: whether the candidate is in the history.</summary>
    public Tensor Known => (Candidates.unsqueeze(2) == History.unsqueeze(1)).any(2);
}
