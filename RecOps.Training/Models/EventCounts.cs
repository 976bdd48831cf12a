using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>
/// Counts of a candidate in the history by what happened and how long ago. Where shoppers look at far more than they buy, views would
/// otherwise hide purchases, and where they buy the same things again, the days since say when.
/// 1. Weight of an entry in each count: learned weight of its event type · exp(−days ÷ learned scale).
/// 2. The first counts start with all types alike, the others with little but purchases.
/// 3. Column = log(1 + 10 · sum of the weights of the candidate's entries).
/// </summary>
internal sealed class EventCounts : nn.Module
{
    public const float Steepness = 10;
    private const int Types = 4;

    /// <summary>Days, at the start.</summary>
    private static readonly float[] Scales = [1, 4, 14, 60, 4, 14, 45, 180, 1e6f];

    /// <summary>Logarithms of the weights of view, click, cart and purchase, at the start.</summary>
    private static readonly float[] Alike = [0, 0, 0, 0];
    private static readonly float[] MostlyPurchases = [-4, -3, -2, 0];
    private const int AlikeCounts = 4;

    private readonly Parameter _scales;
    private readonly Parameter _types;

    public EventCounts()
        : base(nameof(EventCounts))
    {
        var types = new float[Types, Scales.Length];
        for (int type = 0; type < Types; type++)
        {
            for (int count = 0; count < Scales.Length; count++)
                types[type, count] = (count < AlikeCounts ? Alike : MostlyPurchases)[type];
        }

        using (no_grad())
        {
            _scales = new Parameter(tensor(Array.ConvertAll(Scales, MathF.Log)));
            _types = new Parameter(tensor(types));
        }

        RegisterComponents();
    }

    /// <summary>Columns of each candidate.</summary>
    public static int Columns => Scales.Length;

    /// <summary>[columns]: minus one by the days until an entry's weight falls to 1/e.</summary>
    public Tensor Rates => -(-_scales).exp();

    /// <summary>[types, columns]: weight of an entry of each type that has just happened, above 0.</summary>
    public Tensor TypeWeights => _types.exp();

    /// <param name="same">[b, k, h]: 1 where the candidate is the entry.</param>
    /// <param name="types">[b, h] event types.</param>
    /// <param name="ages">[b, h] days.</param>
    /// <returns>[b, k, columns].</returns>
    public T Of<T>(IAlgebra<T> math, T same, T types, T ages)
    {
        T typed = math.Rows(math.Learned(TypeWeights, "eventTypes"), types);
        T faded = math.Exp(math.Multiply(math.Unsqueeze(ages, 2), math.Learned(Rates, "eventRates")));
        return math.Log1p(math.Scale(math.MatMul(same, math.Multiply(typed, faded)), Steepness));
    }
}
