namespace RecOps.Serving.Retrieval;

/// <summary>Moves the largest keys to the front, in any order: quickselect (Hoare 1961) with median of three as pivot.</summary>
internal static class Selection
{
    /// <param name="keys">All distinct.</param>
    /// <param name="count">How many to move to the front; at least 1 and at most their number.</param>
    /// <returns>The smallest of those.</returns>
    public static ulong Largest(Span<ulong> keys, int count)
    {
        int low = 0;
        int high = keys.Length - 1;
        int wanted = count - 1;
        while (low < high)
        {
            ulong pivot = MedianOfThree(keys[low], keys[(low + high) >>> 1], keys[high]);
            int i = low;
            int j = high;
            while (i <= j)
            {
                while (keys[i] > pivot)
                    i++;
                while (keys[j] < pivot)
                    j--;
                if (i > j)
                    break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                i++;
                j--;
            }

            if (wanted <= j)
                high = j;
            else if (wanted >= i)
                low = i;
            else
                break;
        }

        return keys[wanted];
    }

    private static ulong MedianOfThree(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
