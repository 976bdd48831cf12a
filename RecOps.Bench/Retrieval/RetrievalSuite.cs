using System.Diagnostics;
using RecOps.Server.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>Our index beside faiss: same vectors, queries, truth and thread count, in turns.</summary>
internal static class RetrievalSuite
{
    private static readonly int[] s_batches = [1, 2, 4, 8, 16];

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
            Console.Error.WriteLine($"{options.Bundle} has no index; write it with: RecOps.Training index --bundle {options.Bundle}");
            return Task.FromResult(1);
        }

        long start = Stopwatch.GetTimestamp();
        var settings = new RetrievalOptions();
        using var index = new IvfCandidateIndex(bundle, HeldOutQueries.Places, settings);
        double opened = Stopwatch.GetElapsedTime(start).TotalSeconds;
        HeldOutQueries queries = HeldOutQueries.Draw(bundle, options.Queries, settings.RecallSample);
        var own = new OwnIndex(index, queries, bundle.Manifest.Counts.Items);

        // The first runs are the compiler's.
        for (int warm = 0; warm < 3; warm++) own.Run(1);
        double recall = own.Recall();
        DirectoryInfo work = Directory.CreateTempSubdirectory("recops-retrieval-");
        try
        {
            queries.Save(work.FullName);
            using var faiss = new FaissPeer(options, work.FullName, cells.Cells);
            PeerResult[] peers = [.. options.Peers.Select(name => PeerResult.Tune(faiss, name, recall))];
            List<double>[] rounds = [.. s_batches.Select(_ => new List<double>())];
            for (int round = 0; round < options.Rounds; round++)
            {
                for (int i = 0; i < s_batches.Length; i++) rounds[i].Add(own.Run(s_batches[i]));
                foreach (PeerResult peer in peers) peer.Rounds.Add(faiss.Search(peer.Name, peer.Reach).Seconds);
            }

            var report = new RetrievalReport(bundle, index.State, opened, recall, own.CellsRead, queries.Vectors.Length, [.. s_batches.Zip(rounds)], peers);
            report.Write(args);
        }
        finally
        {
            work.Delete(recursive: true);
        }

        return Task.FromResult(0);
    }
}
