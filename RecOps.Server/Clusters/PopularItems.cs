using RecOps.Shared.Bundles;

namespace RecOps.Server.Clusters;

/// <summary>What everyone likes: the last resort of every list.</summary>
internal sealed class PopularItems
{
    /// <summary>Long enough that many items can be sold out or excluded before a list runs short.</summary>
    private const int Kept = 20_000;
    private readonly int[] _ordinals;

    /// <param name="popularity">[items], higher is more popular.</param>
    public PopularItems(MappedTensor<float> popularity)
    {
        float[] keys = popularity.RowRange(0, popularity.Rows).ToArray();
        var ordinals = new int[keys.Length];
        for (int i = 0; i < ordinals.Length; i++) ordinals[i] = i;
        ordinals.AsSpan().Sort((a, b) =>
        {
            int order = keys[b].CompareTo(keys[a]);
            return order != 0 ? order : a.CompareTo(b);
        });
        _ordinals = ordinals.AsSpan(0, Math.Min(Kept, ordinals.Length)).ToArray();
    }

    /// <summary>Item ordinals, best first.</summary>
    public ReadOnlySpan<int> Ordinals => _ordinals;
}
