namespace RecOps.Shared.Bundles;

/// <summary>The tensors of index.safetensors: items grouped into cells of similar vectors, quantized to one byte per value.</summary>
public sealed class BundleIndex
{
    public const string CentroidTensor = "centroid";
    public const string SpreadTensor = "spread";
    public const string StartTensor = "start";
    public const string PermutationTensor = "permutation";
    public const string ScaleTensor = "scale";
    public const string CodeTensor = "code";

    /// <param name="file">index.safetensors; has to stay open while this is used.</param>
    /// <exception cref="BundleException">A tensor is missing or has another type or shape, or would make a search go wrong.</exception>
    public BundleIndex(SafetensorsFile file, int dimension, int items)
    {
        Cells = file.RowsOf(CentroidTensor);
        int blocks = file.RowsOf(CodeTensor);
        Centroids = file.Get<float>(CentroidTensor, Cells, dimension);
        Spreads = file.Get<float>(SpreadTensor, Cells);
        Starts = file.Get<int>(StartTensor, Cells + 1);
        Permutation = file.Get<int>(PermutationTensor, blocks, IndexLayout.BlockItems);
        Scales = file.Get<float>(ScaleTensor, blocks, IndexLayout.BlockItems);
        Codes = file.Get<byte>(CodeTensor, blocks, IndexLayout.BlockBytes(dimension));
        VerifyStarts();
        VerifyPermutation(items);
        VerifyFinite(CentroidTensor, Centroids, lowest: float.MinValue);
        VerifyFinite(SpreadTensor, Spreads, lowest: 0);
        VerifyFinite(ScaleTensor, Scales, lowest: 0);
    }

    public int Cells { get; }

    /// <summary>Blocks of all cells together.</summary>
    public int Blocks => Codes.Rows;

    /// <summary>[cells, d]: mean of the cell's items.</summary>
    public MappedTensor<float> Centroids { get; }

    /// <summary>[cells]: root mean square distance of the cell's values from those of its centroid.</summary>
    public MappedTensor<float> Spreads { get; }

    /// <summary>[cells + 1]: first block of each cell; the last is the number of blocks.</summary>
    public MappedTensor<int> Starts { get; }

    /// <summary>[blocks, 16]: the item at each place, -1 where there is none.</summary>
    public MappedTensor<int> Permutation { get; }

    /// <summary>[blocks, 16]: the value of one step of an item's codes.</summary>
    public MappedTensor<float> Scales { get; }

    /// <summary>[blocks, 64·⌈d/4⌉], in the order described by <see cref="IndexLayout"/>.</summary>
    public MappedTensor<byte> Codes { get; }

    private void VerifyStarts()
    {
        ReadOnlySpan<int> starts = Starts.RowRange(0, Cells + 1);
        if (starts[0] != 0)
            throw Wrong(StartTensor, $"begins with {starts[0]}; it must begin with 0");
        for (int cell = 0; cell < Cells; cell++)
        {
            if (starts[cell + 1] < starts[cell])
                throw Wrong(StartTensor, $"falls from {starts[cell]} to {starts[cell + 1]} after cell {cell}; it must not fall");
        }

        if (starts[Cells] != Blocks)
            throw Wrong(StartTensor, $"ends with {starts[Cells]}; there are {Blocks} blocks");
    }

    /// <summary>A duplicate item would take two places; a missing one could never be found.</summary>
    private void VerifyPermutation(int items)
    {
        var seen = new bool[items];
        int found = 0;
        for (int block = 0; block < Blocks; block++)
        {
            foreach (int item in Permutation[block])
            {
                if (item == -1)
                    continue;
                if (item < 0 || item >= items)
                    throw Wrong(PermutationTensor, $"has {item} in row {block}; it must be -1 to {items - 1}");
                if (seen[item])
                    throw Wrong(PermutationTensor, $"has item {item} twice");
                seen[item] = true;
                found++;
            }
        }

        if (found < items)
            throw Wrong(PermutationTensor, $"lacks item {Array.IndexOf(seen, false)}");
    }

    private static void VerifyFinite(string name, MappedTensor<float> tensor, float lowest)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            foreach (float value in tensor[row])
            {
                if (!float.IsFinite(value) || value < lowest)
                    throw Wrong(name, $"has {value} in row {row}");
            }
        }
    }

    private static BundleException Wrong(string tensor, string what) => new($"{BundleFile.Index}: tensor '{tensor}' {what}.");
}
