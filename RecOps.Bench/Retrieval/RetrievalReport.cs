using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RecOps.Server.Retrieval;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Retrieval;

/// <summary>What the suite found, as a page of the documentation.</summary>
/// <param name="Own">Batch sizes and the seconds of each round.</param>
internal sealed record RetrievalReport(
    Bundle Bundle, IndexState State, double OpenSeconds, double Recall, double CellsRead, int Queries,
    (int Batch, List<double> Seconds)[] Own, PeerResult[] Peers)
{
    private const string AboutPeers =
        "faiss is Debian's python3-faiss, compiled for any x86-64 and so without AVX2: one compiled for this machine would be faster. " +
        "HNSW has M = 16 and efConstruction = 40; fast scan rescores 4 × 200 candidates exactly. An index that stays under the recall is " +
        "shown at its widest search. Build times are from whenever each index was first built and kept, on whatever else the machine did then.";

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
        double ownTime = Median(Own[0].Seconds);
        long vectors = 2L * manifest.Counts.Items * manifest.Dimension;
        long codes = (long)manifest.Counts.Items * manifest.Dimension;

        // Cosine scales and one-byte centroids are what the server adds to the mapped files.
        long memory = manifest.Files[BundleFile.Index].Bytes + vectors + (4L * 16 * Bundle.Index!.Blocks) + ((long)State.Cells * manifest.Dimension);
        Line(page, $"# Retrieval\n\n{manifest.Counts.Items:N0} items × {manifest.Dimension}, the {HeldOutQueries.Places} nearest of {Queries} shoppers on whom nothing was calibrated, one thread.");
        Line(page, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd}.\n");
        Line(page, $"```bash\ndotnet run -c Release --project RecOps.Bench -- retrieval {string.Join(' ', args)}\n```\n");
        Line(page, $"| index | recall@{HeldOutQueries.Places} | searches/s | ours is | memory, MB | build, s |\n|---|---|---|---|---|---|");
        Line(page, $"| **RecOps**, {CellsRead:0.0} of {State.Cells:N0} cells read | {Recall:0.0000} | {Queries / ownTime:N0} | | {memory / 1e6:N0} | |");
        foreach (PeerResult peer in Peers)
        {
            double time = Median(peer.Rounds);
            string name = peer.Name == "hnsw" ? $"hnsw, efSearch {peer.Reach}" : $"{peer.Name}, nprobe {peer.Reach}";
            Line(page, $"| faiss {name} | {peer.Recall:0.0000} | {Queries / time:N0} | {time / ownTime:0.0} × | {peer.Bytes / 1e6:N0} | {peer.BuildSeconds:N0} |");
        }

        Line(page, $"\n{AboutPeers}");
        Line(page, $"\nMemory is {memory / (1.0 * (codes + vectors)):0.00} × (codes + fp16 vectors). Opening and calibrating took {OpenSeconds:0.0} s.");
        Line(page, $"Calibrated on {State.Sample} other shoppers for recall {State.Target}: reach {State.Reach:0.00}, recall {State.Recall:0.0000}.\n");
        Line(page, $"| searches in one call | µs a search |\n|---|---|");
        foreach ((int batch, List<double> seconds) in Own) Line(page, $"| {batch} | {Median(seconds) / Queries * 1e6:0} |");
        return page.ToString();
    }

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
