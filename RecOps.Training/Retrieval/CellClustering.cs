using System.Numerics.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Training.Progress;

namespace RecOps.Training.Retrieval;

/// <summary>
/// k-means (Lloyd 1982) over item vectors, for the cells of an inverted file.
/// 1. Sample up to 48 items for each cell.
/// 2. Start from random items: with thousands of cells, a careful initialisation costs more than it gains.
/// 3. Eight times: assign each sampled item to the nearest centroid, and move each centroid to the mean of its items. A cell that lost
/// all its items gets half of the largest one.
/// 4. Assign all items, and take each cell's mean as its final centroid.
/// The same seed gives the same cells.
/// </summary>
internal sealed class CellClustering(MappedTensor<Half> items, int cells, int seed)
{
    private const int SampleOfCell = 48;
    public const int Iterations = 8;

    /// <summary>How far the halves of a split cell are moved apart, as a share of each value.</summary>
    private const float Apart = 1f / 1024;

    private readonly int _dimension = items.Columns;

    public ItemCells Fit(IProgressTask task, CancellationToken cancellation)
    {
        int[] rows = Sample(items.Rows, Math.Min(items.Rows, cells * SampleOfCell), new Random(seed));
        var sample = new float[rows.Length * _dimension];
        Parallel.For(0, rows.Length, i => TensorPrimitives.ConvertToSingle(items[rows[i]], sample.AsSpan(i * _dimension, _dimension)));
        var centroids = new float[cells * _dimension];

        // Rows are sampled in random order, so the first ones are a random choice. They repeat if there are too few.
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

    /// <summary>A random sample of the numbers below a limit, in random order.</summary>
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

    /// <summary>A cell that lost all its items gets half of the largest one.</summary>
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
