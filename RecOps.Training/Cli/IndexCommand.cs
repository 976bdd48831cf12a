using System.CommandLine;
using RecOps.Shared.Bundles;
using RecOps.Training.Bundles;
using RecOps.Training.Progress;

namespace RecOps.Training.Cli;

/// <summary><c>index</c>: writes the index of a bundle that has none, for example one that another program wrote.</summary>
internal sealed class IndexCommand : Command
{
    private readonly Option<string> _bundle = new("--bundle")
    {
        Description = "Directory of the bundle.",
        HelpName = "directory",
        Required = true,
    };

    private readonly Option<int?> _cells = new Option<int?>("--cells")
    {
        Description = "Cells to group items into, 1 to 65,536. Default: six times the square root of the number of items.",
        HelpName = "n",
    }.Between(1, 65_536);

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Random seed; the same vectors, cells and seed give the same index.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    public IndexCommand()
        : base("index", "Write or rewrite a bundle's candidate index.")
    {
        Options.Add(_bundle);
        Options.Add(_cells);
        Options.Add(_seed);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string directory = parsed.GetRequiredValue(_bundle);
        int? cells = parsed.GetValue(_cells);
        int seed = parsed.GetValue(_seed);
        BundleManifest manifest = await ProgressDisplay
            .RunAsync(
                parsed.InvocationConfiguration.Error,
                progress => Task.Run(() => BundleIndexing.Rebuild(directory, cells, seed, progress, cancellation), cancellation)
            )
            .ConfigureAwait(false);
        await parsed
            .InvocationConfiguration.Output.WriteLineAsync(
                $"Wrote {BundleFile.Index} with {manifest.Counts.Items:N0} items, {manifest.Files[BundleFile.Index].Bytes:N0} bytes, to "
                    + $"{directory}."
            )
            .ConfigureAwait(false);
        return ExitCode.Success;
    }
}
