using System.Runtime.CompilerServices;

namespace RecOps.Serving.Rules;

/// <summary>A candidate item for a list. Small, so that all of them stay in the L1 cache.</summary>
internal struct Contender
{
    public int Item;

    /// <summary>The model's score; 0 if it did not rank the item.</summary>
    public float Score;

    /// <summary>The score that rules multiply.</summary>
    public float Weight;

    /// <summary>The rules' multiplier.</summary>
    public float Factor;

    /// <summary>Rank in the model's order, from 1; 0 if it did not rank the item.</summary>
    public short Rank;

    /// <summary>The position that a pin reserves for it; -1 for none.</summary>
    public short Reserved;

    /// <summary>The pinning rule; -1 for none.</summary>
    public short Pin;

    /// <summary>One more than the rule that kept it from a better position; 0 for none.</summary>
    public short Delayed;

    public ItemOrigin Origin;

    /// <summary>Whether a better position than the reserved one will also do.</summary>
    public bool OrAbove;

    /// <summary>Whether it is already in the list.</summary>
    public bool Taken;

    /// <summary>Multiplying a negative score would turn a boost into its opposite.</summary>
    public readonly float Weighted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Weight >= 0 ? Weight * Factor : Weight / Math.Max(Factor, 1e-6f);
    }

    /// <summary>Whether it may take any position that comes up: items pinned to a position may not.</summary>
    public readonly bool IsFree => !Taken && (Reserved < 0 || OrAbove);
}
