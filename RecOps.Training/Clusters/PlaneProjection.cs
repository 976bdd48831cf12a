using System.Numerics.Tensors;

namespace RecOps.Training.Clusters;

/// <summary>Projects vectors onto a plane: their first two principal components, found by power iteration.</summary>
internal static class PlaneProjection
{
    private const int Iterations = 60;

    /// <param name="vectors">[rows, d], row-major.</param>
    /// <returns>[rows, 2].</returns>
    public static float[] Project(ReadOnlySpan<float> vectors, int rows, int dimension)
    {
        var centred = new double[vectors.Length];
        for (int k = 0; k < dimension; k++)
        {
            double mean = 0;
            for (int row = 0; row < rows; row++)
                mean += vectors[(row * dimension) + k] / (double)rows;
            for (int row = 0; row < rows; row++)
                centred[(row * dimension) + k] = vectors[(row * dimension) + k] - mean;
        }

        double[] first = Component(centred, rows, dimension, null);
        double[] second = Component(centred, rows, dimension, first);
        var plane = new float[rows * 2];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> vector = centred.AsSpan(row * dimension, dimension);
            plane[row * 2] = (float)Dot(vector, first);
            plane[(row * 2) + 1] = (float)Dot(vector, second);
        }

        return plane;
    }

    private static double[] Component(double[] centred, int rows, int dimension, double[]? other)
    {
        var direction = new double[dimension];
        for (int k = 0; k < dimension; k++)
            direction[k] = 1.0 / (k + (other is null ? 1 : 2));
        var next = new double[dimension];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            if (other is not null)
            {
                double along = Dot(direction, other);
                for (int k = 0; k < dimension; k++)
                    direction[k] -= along * other[k];
            }

            Normalise(direction);
            Array.Clear(next);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<double> vector = centred.AsSpan(row * dimension, dimension);
                double share = Dot(vector, direction);
                for (int k = 0; k < dimension; k++)
                    next[k] += share * vector[k];
            }

            (direction, next) = (next, direction);
        }

        Normalise(direction);
        return direction;
    }

    private static void Normalise(Span<double> vector)
    {
        double length = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(vector));
        if (length > 0)
            TensorPrimitives.Divide(vector, length, vector);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
