using System.Runtime.CompilerServices;

namespace RecOps.Serving.Rules;

/// <summary>An item in the running for a list. Small, so that all of them stay in the nearest cache.</summary>
internal struct Contender
{
    public int Item;

    /// <summary>The model's; 0 where it did not rank the item.</summary>
    public float Score;

    /// <summary>What rules multiply.</summary>
    public float Weight;

    /// <summary>By what they multiply it.</summary>
    public float Factor;

    /// <summary>In the model's order, from 1; 0 where it did not rank the item.</summary>
    public short Rank;

    /// <summary>The place that a pin keeps for it; -1 for none.</summary>
    public short Reserved;

    /// <summary>The rule that pins it; -1 for none.</summary>
    public short Pin;

    /// <summary>One more than the rule that kept it from a better place; 0 for none.</summary>
    public short Delayed;

    public ItemOrigin Origin;

    /// <summary>Whether a better place than the reserved one will do as well.</summary>
    public bool OrAbove;

    /// <summary>Whether it stands in the list.</summary>
    public bool Taken;

    /// <summary>Multiplying a negative score would turn a boost into its opposite.</summary>
    public readonly float Weighted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Weight >= 0 ? Weight * Factor : Weight / Math.Max(Factor, 1e-6f);
    }

    /// <summary>Whether it may stand at any place that is its turn: pins to a place may not.</summary>
    public readonly bool IsFree => !Taken && (Reserved < 0 || OrAbove);
}
