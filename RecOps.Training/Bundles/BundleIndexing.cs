using System.Security.Cryptography;
using RecOps.Shared.Bundles;
using RecOps.Training.Progress;
using RecOps.Training.Retrieval;

namespace RecOps.Training.Bundles;

/// <summary>
/// Adds or replaces the candidate index and retrieval.onnx of a published bundle. bundle.json is replaced before and after the files are,
/// so the bundle stays valid wherever the work stops: with the old files, with none, or with the new ones.
/// </summary>
internal static class BundleIndexing
{
    /// <returns>The bundle's manifest.</returns>
    /// <exception cref="BundleException">The directory holds no bundle, or its item vectors cannot be read.</exception>
    public static BundleManifest Rebuild(string directory, int? cells, int seed, ITrainingProgress progress, CancellationToken cancellation)
    {
        BundleManifest manifest = Bundle.ReadManifest(directory);
        string index = Path.Combine(directory, BundleFile.Index);
        string graph = Path.Combine(directory, BundleFile.Retrieval);
        string partialIndex = $"{index}.partial-{Environment.ProcessId}";
        string partialGraph = $"{graph}.partial-{Environment.ProcessId}";
        try
        {
            using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(directory, BundleFile.Items)))
            {
                MappedTensor<Half> items = file.Get<Half>("embedding", manifest.Counts.Items, manifest.Dimension);
                Write(partialIndex, items, cells ?? CellCount.For(items.Rows), seed, progress, cancellation);
                RetrievalGraph.Write(partialGraph, file, items.Rows, items.Columns);
            }

            BundleFileRecord indexRecord = RecordOf(partialIndex);
            BundleFileRecord graphRecord = RecordOf(partialGraph);
            manifest.Files.Remove(BundleFile.Index);
            manifest.Files.Remove(BundleFile.Retrieval);
            Replace(directory, manifest);
            File.Move(partialIndex, index, overwrite: true);
            File.Move(partialGraph, graph, overwrite: true);
            manifest.Files[BundleFile.Index] = indexRecord;
            manifest.Files[BundleFile.Retrieval] = graphRecord;
            Replace(directory, manifest);
            return manifest;
        }
        finally
        {
            File.Delete(partialIndex);
            File.Delete(partialGraph);
        }
    }

    /// <summary>Writes the index of a bundle under construction, unless it has too few items to need one.</summary>
    public static void WriteIfUseful(
        string path,
        MappedTensor<Half> items,
        int seed,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        if (items.Rows >= CellCount.FewestItems)
            Write(path, items, CellCount.For(items.Rows), seed, progress, cancellation);
    }

    private static void Write(
        string path,
        MappedTensor<Half> items,
        int cells,
        int seed,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        using IProgressTask task = progress.Start("Candidate index", CellClustering.Iterations + 1);
        IndexFile.Write(path, items, cells, seed, task, cancellation);
        task.Report(CellClustering.Iterations + 1, $"{cells:N0} cells");
    }

    private static BundleFileRecord RecordOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new BundleFileRecord(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static void Replace(string directory, BundleManifest manifest)
    {
        string final = Path.Combine(directory, BundleFile.Manifest);
        string partial = $"{final}.partial-{Environment.ProcessId}";
        File.WriteAllBytes(partial, manifest.ToJson());
        File.Move(partial, final, overwrite: true);
    }
}
