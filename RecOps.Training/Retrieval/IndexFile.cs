using System.Numerics.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Training.Progress;

namespace RecOps.Training.Retrieval;

/// <summary>
/// Writes index.safetensors, an inverted file (Sivic and Zisserman 2003).
/// 1. Group the items into cells by k-means (<see cref="CellClustering"/>).
/// 2. Lay out each cell in blocks of items; the last block of a cell is padded.
/// 3. Quantise each vector to one byte per value, with a scale for each item.
/// 4. Write codes, scales and item ordinals by block, and centroids, spreads and first blocks by cell.
/// </summary>
internal static class IndexFile
{
    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="items">[items, d].</param>
    /// <param name="cells">Number of cells; the same number and seed give the same file.</param>
    public static void Write(string path, MappedTensor<Half> items, int cells, int seed, IProgressTask task, CancellationToken cancellation)
    {
        ItemCells found = new CellClustering(items, cells, seed).Fit(task, cancellation);
        int[] starts = BlockStarts(found);
        int[] places = Places(found, starts);
        var scales = new float[places.Length];
        int dimension = items.Columns;
        int blocks = starts[^1];
        int blockBytes = IndexLayout.BlockBytes(dimension);
        using var file = new SafetensorsWriter(
            path,
            SafetensorsWriter.Declaration.Of<byte>(BundleIndex.CodeTensor, blocks, blockBytes),
            SafetensorsWriter.Declaration.Of<float>(BundleIndex.ScaleTensor, blocks, IndexLayout.BlockItems),
            SafetensorsWriter.Declaration.Of<int>(BundleIndex.PermutationTensor, blocks, IndexLayout.BlockItems),
            SafetensorsWriter.Declaration.Of<float>(BundleIndex.CentroidTensor, cells, dimension),
            SafetensorsWriter.Declaration.Of<float>(BundleIndex.SpreadTensor, cells),
            SafetensorsWriter.Declaration.Of<int>(BundleIndex.StartTensor, cells + 1)
        );
        const int Chunk = 4096;
        var codes = new byte[Chunk * blockBytes];
        for (int first = 0; first < blocks; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int chunk = first;
            int count = Math.Min(Chunk, blocks - first);
            Array.Fill(codes, IndexLayout.ZeroCode);
            Parallel.For(0, count, i => EncodeBlock(items, places, chunk + i, codes.AsSpan(i * blockBytes, blockBytes), scales));
            file.Write<byte>(codes.AsSpan(0, count * blockBytes));
        }

        file.Write<float>(scales);
        file.Write<int>(places);
        file.Write<float>(found.Centroids);
        file.Write<float>(found.Spreads);
        file.Write<int>(starts);
        file.Complete();
    }

    /// <summary>First block of each cell, then the number of blocks.</summary>
    private static int[] BlockStarts(ItemCells cells)
    {
        var starts = new int[cells.Count + 1];
        for (int cell = 0; cell < cells.Count; cell++)
            starts[cell + 1] = starts[cell] + ((cells.Of(cell).Length + IndexLayout.BlockItems - 1) / IndexLayout.BlockItems);
        return starts;
    }

    /// <summary>The item at each place of each block, or -1.</summary>
    private static int[] Places(ItemCells cells, int[] starts)
    {
        var places = new int[starts[^1] * IndexLayout.BlockItems];
        Array.Fill(places, -1);
        for (int cell = 0; cell < cells.Count; cell++)
            cells.Of(cell).CopyTo(places.AsSpan(starts[cell] * IndexLayout.BlockItems));
        return places;
    }

    private static void EncodeBlock(MappedTensor<Half> items, int[] places, int block, Span<byte> codes, float[] scales)
    {
        Span<float> vector = stackalloc float[items.Columns];
        for (int place = 0; place < IndexLayout.BlockItems; place++)
        {
            int at = (block * IndexLayout.BlockItems) + place;
            if (places[at] < 0)
                continue;
            TensorPrimitives.ConvertToSingle(items[places[at]], vector);
            scales[at] = IndexLayout.Encode(vector, codes, place);
        }
    }
}
