using System.Diagnostics;
using RecOps.Server.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>Our index beside faiss: same vectors, queries, truth and thread count, in turns.</summary>
internal static class RetrievalSuite
{
    public static async Task<int> RunAsync(string[] args)
    {
        RetrievalSuiteOptions options = RetrievalSuiteOptions.Parse(args);
        using Bundle bundle = Bundle.Open(options.Bundle);
        long start = Stopwatch.GetTimestamp();
        var settings = new RetrievalOptions();
        using var index = new IvfCandidateIndex(bundle, HeldOutQueries.Places, settings);
        Console.WriteLine($"open {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s {index.State}");
        HeldOutQueries queries = HeldOutQueries.Draw(bundle, options.Queries, settings.RecallSample);
        var own = new OwnIndex(index, queries, bundle.Manifest.Counts.Items);
        own.Run(1); own.Run(1);
        InvertedFile.A.Clear(); InvertedFile.Bq.Clear(); InvertedFile.C.Clear(); InvertedFile.D.Clear();
        foreach (int batch in new[] { 1, 2, 4, 8, 16, 1 })
        {
            double[] times = [.. Enumerable.Range(0, options.Rounds).Select(_ => own.Run(batch)).Order()];
            Console.WriteLine($"batch {batch}: {times[times.Length / 2] / options.Queries * 1e6:0.0} us (best {times[0] / options.Queries * 1e6:0.0}) cells {own.CellsRead:0.0}");
        }

        Console.WriteLine($"recall {own.Recall():0.0000}");
        foreach (var (n, bag) in new[] { ("bounds+restart", InvertedFile.A), ("scan", InvertedFile.Bq), ("rescore", InvertedFile.C), ("sort", InvertedFile.D) })
        { long[] v = [.. bag.Order()]; Console.WriteLine($"{n}: p10 {v[v.Length / 10] / 1e3:0.0} p50 {v[v.Length / 2] / 1e3:0.0} mean {v.Average() / 1e3:0.0} us"); }
        await Task.CompletedTask;
        return 0;
    }
}
