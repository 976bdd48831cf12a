using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>The suite's results, as a page of the documentation.</summary>
/// <param name="Scattered">Results for shoppers of all kinds, by searches per call.</param>
/// <param name="Alike">Results for shoppers of one cluster, by searches per call.</param>
/// <param name="About">Version and options of faiss; null without it.</param>
internal sealed record RetrievalReport(
    Bundle Bundle,
    IndexState State,
    double OpenSeconds,
    int Queries,
    OwnResult[] Scattered,
    OwnResult[] Alike,
    string? About,
    PeerResult[] Peers
)
{
    private const string AboutPeers =
        "HNSW has M = 16 and efConstruction = 40. The inverted files of faiss share the cells that its IVFFlat learned. Names ending in "
        + "fs are PQ fast scan; the number is that of its 4-bit parts. The number of items rescored exactly is the fastest of 2, 4, 8 "
        + "and 16 × 200. An index that does not reach the recall is shown at its widest search. Build times are from the first build "
        + "of each index, under whatever other load the machine had then.";

    public void Write(string[] args)
    {
        string page = Page(args);
        Console.WriteLine(page);
        string path = Path.Combine("docs", "benchmarks", "retrieval.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, page);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private string Page(string[] args)
    {
        var page = new StringBuilder();
        BundleManifest manifest = Bundle.Manifest;
        OwnResult own = Scattered[0];
        double ownTime = Median(own.Rounds);
        long vectors = 2L * manifest.Counts.Items * manifest.Dimension;
        long codes = (long)manifest.Counts.Items * manifest.Dimension;

        // Cosine scales and one-byte centroids are what the server adds to the mapped files.
        long memory =
            manifest.Files[BundleFile.Index].Bytes + vectors + (4L * 16 * Bundle.Index!.Blocks) + ((long)State.Cells * manifest.Dimension);
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"# Retrieval\n\n{manifest.Counts.Items:N0} items × {manifest.Dimension}, the {HeldOutQueries.Places} nearest items of "
                + $"{Queries} held-out shoppers, one thread."
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, "
                + $"{DateTime.UtcNow:yyyy-MM-dd}.\n"
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"```bash\ndotnet run -c Release --project RecOps.Bench -- retrieval {string.Join(' ', args)}\n```\n"
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"| index | recall@{HeldOutQueries.Places} | searches/s | speedup of ours | memory, MB | build, s |\n|---|---|---|---|---|---|"
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"| **RecOps**, {own.CellsRead:0.0} of {State.Cells:N0} cells read | {own.Recall:0.0000} | {Queries / ownTime:N0} | | "
                + $"{memory / 1e6:N0} | |"
        );
        foreach (PeerResult peer in Peers)
        {
            double time = Median(peer.Rounds);
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| faiss {peer.Describe()} | {peer.Recall:0.0000} | {Queries / time:N0} | {time / ownTime:0.0} × | "
                    + $"{peer.Bytes / 1e6:N0} | {peer.BuildSeconds:N0} |"
            );
        }

        if (About is not null)
            page.AppendLine(CultureInfo.InvariantCulture, $"\nMeasured against {About}. {AboutPeers}");
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"\nMemory is {memory / (1.0 * (codes + vectors)):0.00} × (codes + fp16 vectors). Opening and calibrating took "
                + $"{OpenSeconds:0.0} s."
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"Calibrated on {State.Sample} other shoppers for recall {State.Target}: reach {State.Reach:0.00}, recall "
                + $"{State.Recall:0.0000}."
        );
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"\n## Searches together\n\nA cell that one search of a call reads is offered to the others. Those that would read it anyway "
                + $"do so while it is in"
        );
        page.AppendLine(CultureInfo.InvariantCulture, $"the processor's cache. *Shared* counts the cells that a search read that way.\n");
        WriteTogether(page, "shoppers of all kinds", Scattered);
        WriteTogether(page, "shoppers of one cluster", Alike);
        return page.ToString();
    }

    private static void WriteTogether(StringBuilder page, string who, OwnResult[] results)
    {
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {who}, searches per call | µs per search | of a single one | cells read | shared | recall |\n|---|---|---|---|---|---|"
        );
        foreach (OwnResult result in results)
        {
            double time = Median(result.Rounds),
                alone = Median(results[0].Rounds);
            double micros = 1e6 * time / result.Searches;
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {result.Batch} | {micros:0} | {time / alone:0.00} | {result.CellsRead:0.0} | {result.CellsShared:0.0} | "
                    + $"{result.Recall:0.0000} |"
            );
        }

        page.Append('\n');
    }
}
