using System.Runtime.CompilerServices;

namespace RecOps.Serving.Retrieval;

/// <summary>Packs a score and a number so that a single integer comparison orders by score, and ties by the lower number first.</summary>
internal static class ScoreKey
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(float score, int number)
    {
        // Adding 0 makes -0 equal to 0. Negative floats must be flipped to order as integers do.
        int bits = BitConverter.SingleToInt32Bits(score + 0f);
        uint ordered = (uint)(bits ^ ((bits >> 31) | int.MinValue));
        return ((ulong)ordered << 32) | ~(uint)number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(ulong key)
    {
        int ordered = (int)(key >> 32);
        return BitConverter.Int32BitsToSingle(ordered < 0 ? ordered ^ int.MinValue : ~ordered);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Number(ulong key) => (int)~(uint)key;
}
