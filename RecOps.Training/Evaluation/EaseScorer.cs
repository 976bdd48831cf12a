using RecOps.Training.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace RecOps.Training.Evaluation;

/// <summary>
/// EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): the linear item-to-item model with a zero diagonal
/// that best reconstructs the binary purchase matrix X, in closed form.
/// 1. Compute the Gram matrix G = XᵀX + λI, items × items, in single precision.
/// 2. Invert it by a Cholesky factorisation, since G is positive definite: P = G⁻¹.
/// 3. Weights: B = −P with each column divided by its diagonal element, and a zero diagonal.
/// 4. Score the items of a user u: x_u B.
/// </summary>
internal sealed class EaseScorer : IItemScorer, IDisposable
{
    /// <summary>
    /// Limit on the number of items: the time grows with its third power, and at this size there are three matrices of 0.4 GB.
    /// </summary>
    public const int MaxItems = 10_000;

    public const float DefaultLambda = 300;
    private readonly PurchaseMatrix _purchases;
    private readonly Tensor _weights;

    private EaseScorer(PurchaseMatrix purchases, Tensor weights)
    {
        _purchases = purchases;
        _weights = weights;
    }

    public string Name => BaselineName.Ease;

    /// <param name="lambda">Strength of the L2 penalty, above 0.</param>
    public static EaseScorer Fit(PurchaseMatrix purchases, float lambda, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(purchases.ItemCount, MaxItems, nameof(purchases));
        TorchRuntime.EnsureLoaded();
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor gram = tensor(Gram(purchases, lambda), purchases.ItemCount, purchases.ItemCount);
        cancellation.ThrowIfCancellationRequested();
        Tensor factor = linalg.cholesky(gram);
        gram.Dispose();
        cancellation.ThrowIfCancellationRequested();
        Tensor weights = cholesky_inverse(factor);
        factor.Dispose();
        weights.div_(weights.diagonal().neg());
        weights.diagonal().zero_();
        return new EaseScorer(purchases, weights.MoveToOuterDisposeScope());
    }

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        int items = _purchases.ItemCount;
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        var bought = new float[users.Length * items];
        for (int i = 0; i < users.Length; i++)
        {
            foreach (int item in _purchases.ItemsOf(users.Span[i]))
                bought[(i * items) + item] = 1;
        }

        tensor(bought, users.Length, items).matmul(_weights).data<float>().CopyTo(scores.Span);
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>XᵀX + λI, row-major.</summary>
    private static float[] Gram(PurchaseMatrix purchases, float lambda)
    {
        int items = purchases.ItemCount;
        var gram = new float[items * items];
        Parallel.For(
            0,
            items,
            item =>
            {
                Span<float> row = gram.AsSpan(item * items, items);
                foreach (int user in purchases.UsersOf(item))
                {
                    foreach (int other in purchases.ItemsOf(user))
                        row[other]++;
                }

                row[item] += lambda;
            }
        );
        return gram;
    }
}
