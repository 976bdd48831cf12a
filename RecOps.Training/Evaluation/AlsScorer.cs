using System.Numerics.Tensors;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Implicit alternating least squares (Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008), for
/// catalogues that are too large for <see cref="EaseScorer"/>:
/// <list type="number">
/// <item>User u and item i have vectors x and y. x · y should be 1 where u bought i, with a confidence of 1 + α times the purchases, and 0
/// elsewhere, with a confidence of 1.</item>
/// <item>With the items fixed, each user's vector is the solution of a small linear system, (YᵀY + Yᵀ(C − I)Y + λI) x = YᵀC p; then the same
/// with the users fixed. Repeat.</item>
/// <item>A score is x · y.</item>
/// </list>
/// </summary>
internal sealed class AlsScorer : IItemScorer
{
    public const int DefaultFactors = 64;
    public const float DefaultConfidence = 10;
    public const float DefaultLambda = 1;
    private const int Rounds = 10;
    private readonly float[] _users;
    private readonly float[] _items;
    private readonly int _factors;
    private readonly float _confidence;
    private readonly float _lambda;

    private AlsScorer(int factors, float confidence, float lambda, float[] users, float[] items)
    {
        _factors = factors;
        _confidence = confidence;
        _lambda = lambda;
        _users = users;
        _items = items;
    }

    public string Name => BaselineName.Als;

    /// <summary>[users, factors].</summary>
    public ReadOnlySpan<float> UserVectors => _users;

    /// <summary>[items, factors].</summary>
    public ReadOnlySpan<float> ItemVectors => _items;

    /// <param name="confidence">α, above 0.</param>
    /// <param name="lambda">Strength of the L2 penalty, above 0.</param>
    public static AlsScorer Fit(
        PurchaseMatrix purchases,
        int factors,
        float confidence,
        float lambda,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        var random = new Random(1);
        var items = new float[purchases.ItemCount * factors];
        for (int i = 0; i < items.Length; i++)
            items[i] = (random.NextSingle() - 0.5f) / MathF.Sqrt(factors);
        var als = new AlsScorer(factors, confidence, lambda, new float[purchases.UserCount * factors], items);
        (int[] starts, int[] users, int[] counts) = Transpose(purchases);
        using IProgressTask task = progress.Start("Fit ALS", Rounds);
        for (int round = 0; round < Rounds; round++)
        {
            als.Solve(als._users, als._items, user => new Entries(purchases.ItemsOf(user), purchases.CountsOf(user)), cancellation);
            als.Solve(
                als._items,
                als._users,
                item => new Entries(users.AsSpan(starts[item]..starts[item + 1]), counts.AsSpan(starts[item]..starts[item + 1])),
                cancellation
            );
            task.Report(round + 1);
        }

        return als;
    }

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        int items = _items.Length / _factors;
        Parallel.For(
            0,
            users.Length,
            i =>
            {
                ReadOnlySpan<float> user = _users.AsSpan(users.Span[i] * _factors, _factors);
                Span<float> row = scores.Span.Slice(i * items, items);
                for (int item = 0; item < items; item++)
                    row[item] = TensorPrimitives.Dot(user, _items.AsSpan(item * _factors, _factors));
            }
        );
    }

    /// <summary>Solves for every row of one side, with the other fixed.</summary>
    private void Solve(float[] solved, float[] @fixed, RowOf rowOf, CancellationToken cancellation)
    {
        int f = _factors;
        float[] gram = Gram(@fixed);
        Parallel.For(
            0,
            solved.Length / f,
            new ParallelOptions { CancellationToken = cancellation },
            () => (Matrix: new float[f * f], Right: new float[f]),
            (row, _, scratch) =>
            {
                gram.CopyTo(scratch.Matrix, 0);
                Array.Clear(scratch.Right);
                Entries entries = rowOf(row);
                for (int k = 0; k < entries.Others.Length; k++)
                {
                    ReadOnlySpan<float> vector = @fixed.AsSpan(entries.Others[k] * f, f);
                    float extra = _confidence * entries.Counts[k];
                    for (int a = 0; a < f; a++)
                        TensorPrimitives.MultiplyAdd(
                            vector,
                            extra * vector[a],
                            scratch.Matrix.AsSpan(a * f, f),
                            scratch.Matrix.AsSpan(a * f, f)
                        );
                    TensorPrimitives.MultiplyAdd(vector, 1 + extra, scratch.Right, scratch.Right);
                }

                for (int a = 0; a < f; a++)
                    scratch.Matrix[(a * f) + a] += _lambda;
                SolvePositive(scratch.Matrix, scratch.Right);
                scratch.Right.CopyTo(solved, row * f);
                return scratch;
            },
            _ => { }
        );
    }

    private float[] Gram(float[] vectors)
    {
        int f = _factors;
        var gram = new float[f * f];
        for (int start = 0; start < vectors.Length; start += f)
        {
            ReadOnlySpan<float> vector = vectors.AsSpan(start, f);
            for (int a = 0; a < f; a++)
                TensorPrimitives.MultiplyAdd(vector, vector[a], gram.AsSpan(a * f, f), gram.AsSpan(a * f, f));
        }

        return gram;
    }

    private static (int[] Starts, int[] Users, int[] Counts) Transpose(PurchaseMatrix purchases)
    {
        var starts = new int[purchases.ItemCount + 1];
        for (int item = 0; item < purchases.ItemCount; item++)
            starts[item + 1] = starts[item] + purchases.UsersOf(item).Length;
        (int[] users, int[] counts) = (new int[starts[^1]], new int[starts[^1]]);
        int[] next = starts[..^1];
        for (int user = 0; user < purchases.UserCount; user++)
        {
            ReadOnlySpan<int> items = purchases.ItemsOf(user);
            for (int k = 0; k < items.Length; k++)
            {
                int place = next[items[k]]++;
                (users[place], counts[place]) = (user, purchases.CountsOf(user)[k]);
            }
        }

        return (starts, users, counts);
    }

    /// <summary>Solves A x = b in place, for a symmetric positive definite A, by its Cholesky factor.</summary>
    /// <param name="a">[n, n], overwritten.</param>
    /// <param name="b">[n], becomes x.</param>
    private static void SolvePositive(Span<float> a, Span<float> b)
    {
        int n = b.Length;
        for (int row = 0; row < n; row++)
        {
            Span<float> own = a.Slice(row * n, n);
            for (int column = 0; column <= row; column++)
            {
                ReadOnlySpan<float> other = a.Slice(column * n, column);
                float left = own[column] - TensorPrimitives.Dot(own[..column], other);
                own[column] = column < row ? left / a[(column * n) + column] : MathF.Sqrt(left);
            }

            b[row] = (b[row] - TensorPrimitives.Dot(own[..row], b[..row])) / own[row];
        }

        for (int row = n - 1; row >= 0; row--)
        {
            b[row] /= a[(row * n) + row];
            for (int column = 0; column < row; column++)
                b[column] -= a[(row * n) + column] * b[row];
        }
    }

    private delegate Entries RowOf(int row);

    /// <summary>The non-zero entries of one row.</summary>
    private readonly ref struct Entries(ReadOnlySpan<int> others, ReadOnlySpan<int> counts)
    {
        public ReadOnlySpan<int> Others { get; } = others;

        public ReadOnlySpan<int> Counts { get; } = counts;
    }
}
