using System.Numerics.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Training.Progress;

namespace RecOps.Training.Retrieval;

/// <summary>
/// k-means (Lloyd 1982) over item vectors, learned on a sample and started from random items, as is usual for inverted files: with
/// thousands of cells a careful start costs more than it brings. The same seed gives the same cells.
/// </summary>
internal sealed class CellClustering(MappedTensor<Half> items, int cells, int seed)
{
    private const int SampleOfCell = 48;
    public const int Iterations = 8;

    /// <summary>How far the halves of a divided cell are set apart, as a share of each value.</summary>
    private const float Apart = 1f / 1024;

    private readonly int _dimension = items.Columns;

    public ItemCells Fit(IProgressTask task, CancellationToken cancellation)
    {
        int[] rows = Sample(items.Rows, Math.Min(items.Rows, cells * SampleOfCell), new Random(seed));
        var sample = new float[rows.Length * _dimension];
        Parallel.For(0, rows.Length, i => TensorPrimitives.ConvertToSingle(items[rows[i]], sample.AsSpan(i * _dimension, _dimension)));
        var centroids = new float[cells * _dimension];

        // Rows are sampled in random order, so the first are a random choice; too few of them are taken again.
        for (int cell = 0; cell < cells; cell++)
            sample.AsSpan(cell % rows.Length * _dimension, _dimension).CopyTo(centroids.AsSpan(cell * _dimension));
        RowReader read = (row, vector) => sample.AsSpan(row * _dimension, _dimension).CopyTo(vector);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            ItemCells found = ItemCells.Group(Assign(centroids, rows.Length, read, cancellation), read, centroids, _dimension);
            centroids = found.Centroids;
            if (iteration < Iterations - 1)
                Refill(found);
            task.Report(iteration + 1);
        }

        RowReader readItem = (row, vector) => TensorPrimitives.ConvertToSingle(items[row], vector);
        return ItemCells.Group(Assign(centroids, items.Rows, readItem, cancellation), readItem, centroids, _dimension);
    }

    /// <summary>Some of the numbers below a limit, in random order.</summary>
    private static int[] Sample(int limit, int count, Random random)
    {
        int[] all = [.. Enumerable.Range(0, limit)];
        for (int i = 0; i < count; i++)
        {
            int other = random.Next(i, limit);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..count];
    }

    private int[] Assign(float[] centroids, int rows, RowReader read, CancellationToken cancellation)
    {
        var nearest = new NearestCells(centroids, _dimension);
        var assignments = new int[rows];
        int chunks = (rows + NearestCells.Chunk - 1) / NearestCells.Chunk;
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { CancellationToken = cancellation },
            () => new float[NearestCells.Chunk * _dimension],
            (chunk, _, points) =>
            {
                int first = chunk * NearestCells.Chunk;
                int count = Math.Min(NearestCells.Chunk, rows - first);
                for (int i = 0; i < count; i++)
                    read(first + i, points.AsSpan(i * _dimension, _dimension));
                nearest.Assign(points, count, assignments.AsSpan(first, count));
                return points;
            },
            _ => { }
        );
        return assignments;
    }

    /// <summary>A cell that lost all its items takes half of the largest one.</summary>
    private void Refill(ItemCells found)
    {
        int[] sizes = [.. Enumerable.Range(0, cells).Select(cell => found.Of(cell).Length)];
        for (int cell = 0; cell < cells; cell++)
        {
            if (sizes[cell] > 0)
                continue;
            int largest = Array.IndexOf(sizes, sizes.Max());
            if (sizes[largest] < 2)
                return;
            sizes[cell] = sizes[largest] / 2;
            sizes[largest] -= sizes[cell];
            for (int k = 0; k < _dimension; k++)
            {
                float value = found.Centroids[(largest * _dimension) + k];
                float step = (k % 2 == 0 ? Apart : -Apart) * value;
                found.Centroids[(largest * _dimension) + k] = value + step;
                found.Centroids[(cell * _dimension) + k] = value - step;
            }
        }
    }
}
