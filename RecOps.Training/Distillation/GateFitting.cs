using RecOps.Training.Evaluation;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Distillation;

/// <summary>
/// Decides whether a learned gate (<see cref="EnsembleGate"/>) ranks better than the plain mean of the teachers' logits.
/// 1. Fit the gate on every second validation user: softmax cross-entropy of their purchases over the catalogue, Adam, 150 steps.
/// 2. Compare gate and mean by NDCG@10 on the other users.
/// 3. If the gate wins, fit it again on all validation users; otherwise use the mean.
/// </summary>
internal static class GateFitting
{
    private const int Steps = 150;
    private const double Rate = 0.05;

    /// <param name="MeanNdcg">NDCG@10 of the mean on the users held out from fitting.</param>
    /// <param name="GateNdcg">The same for the gate.</param>
    internal sealed record Result(EnsembleGate? Gate, double MeanNdcg, double GateNdcg);

    /// <param name="scores">By teacher: [users, items] calibrated logits for the test set's users.</param>
    /// <param name="entries">History entries of each of the test set's users.</param>
    public static Result Fit(
        IReadOnlyList<float[]> scores,
        int[] entries,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        TorchRuntime.EnsureLoaded();
        using IProgressTask task = progress.Start("Ensemble: mean or gate", 2 * Steps);
        int[] all = [.. Enumerable.Range(0, test.Users.Length)];
        int[] learning = [.. all.Where(user => user % 2 == 0)];
        int[] judging = [.. all.Where(user => user % 2 == 1)];
        EnsembleGate trial = Learn(scores, entries, test, learning, task, 0, cancellation);
        double mean = Judge(scores, entries, test, judging, null);
        double gate = Judge(scores, entries, test, judging, trial);
        task.Report(2 * Steps, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"NDCG@10 mean {mean:F4}, gate {gate:F4}"));
        return gate > mean
            ? new Result(Learn(scores, entries, test, all, task, Steps, cancellation), mean, gate)
            : new Result(null, mean, gate);
    }

    private static double Judge(IReadOnlyList<float[]> scores, int[] entries, TestSet test, int[] users, EnsembleGate? gate)
    {
        int items = test.ItemCount;
        var sum = new float[items];
        Span<int> top = stackalloc int[10];
        double total = 0;
        foreach (int user in users)
        {
            float[]? weights = gate?.Weights(entries[user]);
            Array.Clear(sum);
            for (int teacher = 0; teacher < scores.Count; teacher++)
            {
                float weight = weights?[teacher] ?? 1f / scores.Count;
                ReadOnlySpan<float> row = scores[teacher].AsSpan(user * items, items);
                for (int item = 0; item < items; item++)
                    sum[item] += weight * row[item];
            }

            total += RankingMetrics.Ndcg(top[..RankingMetrics.Top(sum, [], top)], test.Purchased(user), 10);
        }

        return total / users.Length;
    }

    /// <summary>Minimises the cross-entropy of what was bought, with a softmax over the catalogue.</summary>
    private static EnsembleGate Learn(
        IReadOnlyList<float[]> scores,
        int[] entries,
        TestSet test,
        int[] users,
        IProgressTask task,
        int done,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using CollectionPause pause = CollectionPause.Begin();
        int items = test.ItemCount;
        var stacked = new float[users.Length * items * scores.Count];
        var bought = new float[users.Length * items];
        for (int row = 0; row < users.Length; row++)
        {
            for (int item = 0; item < items; item++)
            {
                for (int teacher = 0; teacher < scores.Count; teacher++)
                    stacked[(((row * items) + item) * scores.Count) + teacher] = scores[teacher][(users[row] * items) + item];
            }

            ReadOnlySpan<int> purchased = test.Purchased(users[row]);
            foreach (int item in purchased)
                bought[(row * items) + item] = 1f / purchased.Length;
        }

        Tensor logits = tensor(stacked, [users.Length, items, scores.Count]);
        Tensor wanted = tensor(bought, [users.Length, items]);
        Tensor known = tensor([.. users.Select(user => EnsembleGate.Known(entries[user]))], [users.Length, 1L]);
        using var slopes = new Parameter(zeros(1, scores.Count));
        using var offsets = new Parameter(zeros(1, scores.Count));
        using var optimiser = optim.Adam([slopes, offsets], Rate);
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            Tensor weights = nn.functional.softmax(known.matmul(slopes) + offsets, 1).unsqueeze(2);
            Tensor share = nn.functional.log_softmax(logits.matmul(weights).squeeze(2), 1);
            Tensor loss = -(share * wanted).sum(1).mean();
            optimiser.zero_grad();
            loss.backward();
            optimiser.step();
            task.Report(done + step + 1);
        }

        return new EnsembleGate([.. slopes.detach().data<float>()], [.. offsets.detach().data<float>()]);
    }
}
