using System.Diagnostics;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>Compares our index with faiss: same vectors, queries, ground truth and thread count, in turns.</summary>
internal static class RetrievalSuite
{
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32];

    public static Task<int> RunAsync(string[] args)
    {
        RetrievalSuiteOptions options;
        try
        {
            options = RetrievalSuiteOptions.Parse(args);
        }
        catch (ArgumentException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return Task.FromResult(2);
        }

        using Bundle bundle = Bundle.Open(options.Bundle);
        if (bundle.Index is not { } cells)
        {
            Console.Error.WriteLine($"{options.Bundle} has no index. Write it with: RecOps.Training index --bundle {options.Bundle}");
            return Task.FromResult(1);
        }

        long start = Stopwatch.GetTimestamp();
        var settings = new RetrievalOptions();
        using var index = new IvfCandidateIndex(bundle, HeldOutQueries.Places, settings);
        double opened = Stopwatch.GetElapsedTime(start).TotalSeconds;
        HeldOutQueries queries = HeldOutQueries.Draw(bundle, options.Queries, settings.RecallSample);
        var own = new OwnIndex(index, queries, bundle.Manifest.Counts.Items);
        var alike = new OwnIndex(index, HeldOutQueries.DrawAlike(bundle, options.Queries), bundle.Manifest.Counts.Items);

        // Warm-up: the first runs let the runtime compile hot code.
        var warm = new OwnResult(batch: 2);
        for (int run = 0; run < 3; run++)
            own.Run(warm);
        DirectoryInfo work = Directory.CreateTempSubdirectory("recops-retrieval-");
        try
        {
            queries.Save(work.FullName);
            using FaissPeer? faiss = options.Peers.Length == 0 ? null : new FaissPeer(options, work.FullName, cells.Cells);
            PeerResult[] peers = [.. options.Peers.Select(name => PeerResult.Tune(faiss!, name, warm.Recall))];
            OwnResult[] scattered = [.. Batches.Select(batch => new OwnResult(batch))];
            OwnResult[] together = [.. Batches.Select(batch => new OwnResult(batch))];
            for (int round = 0; round < options.Rounds; round++)
            {
                Array.ForEach(scattered, own.Run);
                Array.ForEach(together, alike.Run);
                foreach (PeerResult peer in peers)
                    peer.Rounds.Add(faiss!.Search(peer.Name, peer.Reach, peer.Factor).Seconds);
            }

            new RetrievalReport(bundle, index.State, opened, queries.Vectors.Length, scattered, together, faiss?.About(), peers).Write(
                args
            );
        }
        finally
        {
            work.Delete(recursive: true);
        }

        return Task.FromResult(0);
    }
}
