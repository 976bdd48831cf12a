using System.Text.Json;
using RecOps.Training.Import;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// One network of a <see cref="DistilledRun"/> that a process of its own trains: everything that the process needs to know. The result is
/// what the same step gives in any process, and is kept in the work directory.
/// </summary>
/// <param name="Options">Of the whole training.</param>
/// <param name="Rows">How many of the oldest interactions the run knows.</param>
/// <param name="Split">Of those rows.</param>
/// <param name="Fingerprint">Of those rows: the files must not change while networks learn from them.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Work">The run's work directory.</param>
/// <param name="Network">A teacher's name, or <see cref="DistilledRun.ControlName"/>.</param>
internal sealed record TrainingStep(
    TrainOptions Options,
    int Rows,
    TimeSplit Split,
    string Fingerprint,
    int Seed,
    string Work,
    string Network
)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static TrainingStep Parse(string json) => JsonSerializer.Deserialize<TrainingStep>(json)!;

    /// <summary>Reads the data, trains the network and keeps it.</summary>
    /// <exception cref="TrainingException">The data are no longer what they were.</exception>
    public void Run(ITrainingProgress progress, CancellationToken cancellation)
    {
        var report = new ImportReport(Options.Import.MaxProblems);
        ShopData? all = ShopImport.Read(Options.Import, report, progress, cancellation)?.Predicting(Options.Target);
        ShopData? data = all is null ? null : all with { Interactions = all.Interactions.Take(Math.Min(Rows, all.Interactions.Count)) };
        if (data is null || Options.Fingerprint(data) != Fingerprint)
            throw new TrainingException("The data files have changed since the training began. Run the command again.");
        using TrainingSet set = TrainingSet.Build(data, Split, Options.History);
        new DistilledRun(Options, set, Seed, WorkDirectory.Existing(Work), progress, cancellation).Train(Network);
    }
}
