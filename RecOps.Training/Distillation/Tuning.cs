using System.Globalization;
using System.Text.Json;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Chooses the ensemble and the distillation settings on a validation set: the last tenth of the events before the cut. The test set
/// after the cut plays no part in it.
/// 1. Train the teachers on the events before the validation set.
/// 2. Choose mean or gate (<see cref="GateFitting"/>).
/// 3. Have the ensemble score the candidate pools once, and measure the control.
/// 4. Distil one student for each of <see cref="DistillationSettings.Sweep"/>, and measure each by NDCG@10 on up to 1,500 users.
/// 5. Keep the settings whose smaller ratio to the control, over all and over first-time purchases, is largest; the first ones win a tie.
/// </summary>
internal sealed class Tuning(
    TrainOptions options,
    ShopData data,
    TimeSplit split,
    WorkDirectory work,
    ITrainingProgress progress,
    CancellationToken cancellation
)
{
    private const string ResultFile = "tuning.json";
    private const double Share = 0.1;
    private const int MaxUsers = 1_500;

    /// <summary>The choice, and the figures it is based on.</summary>
    /// <param name="Gate">Null when the mean of the teachers validated better.</param>
    /// <param name="Tried">NDCG@10 on the validation users, for each variant.</param>
    /// <param name="FirstTime">The same over first-time purchases, for the students.</param>
    internal sealed record Choice(
        EnsembleGate? Gate,
        DistillationSettings Settings,
        Dictionary<string, double> Tried,
        Dictionary<string, double> FirstTime
    );

    public Choice Choose()
    {
        if (work.Has(ResultFile))
            return JsonSerializer.Deserialize<Choice>(File.ReadAllText(work.At(ResultFile)))!;
        InteractionTable known = data.Interactions.Take(split.TrainRows);
        var earlier = new ShopData(data.Catalog, data.Users, known);
        TimeSplit validation = TimeSplit.ByShare(known, Share);
        TestSet judges = Judges(earlier, validation);
        using TrainingSet set = TrainingSet.Build(earlier, validation, options.History);
        var run = new DistilledRun(options, set, options.Seed, work, progress, cancellation);
        run.TrainNetworks(withRival: false);
        GateFitting.Result gate = FitGate(run, set, judges);
        run.ExportTeachers(gate.Gate);
        TeacherAnswers answers = run.Ask();
        var tried = new Dictionary<string, double> { ["ensemble: mean"] = gate.MeanNdcg, ["ensemble: gate"] = gate.GateNdcg };
        var firstTime = new Dictionary<string, double>();
        ValidationFigures without;
        using (Trained<RankerNetwork> control = run.Control())
        {
            without = Judge(control, "α 0 (control)");
        }

        (DistillationSettings Settings, double Ratio) best = (DistillationSettings.Default, double.NegativeInfinity);
        using IProgressTask task = progress.Start("Sweep", DistillationSettings.Sweep.Count);
        for (int i = 0; i < DistillationSettings.Sweep.Count; i++)
        {
            DistillationSettings settings = DistillationSettings.Sweep[i];
            using Trained<RankerNetwork> student = run.Distil(answers, settings, settings.ToString());
            double ratio = Judge(student, settings.ToString()).WorstRatioTo(without);
            if (ratio > best.Ratio)
                best = (settings, ratio);
            task.Report(i + 1, string.Create(CultureInfo.InvariantCulture, $"best {best.Ratio:F3} × the control with {best.Settings}"));
        }

        var choice = new Choice(gate.Gate, best.Settings, tried, firstTime);
        work.Write(ResultFile, path => File.WriteAllText(path, JsonSerializer.Serialize(choice)));
        return choice;

        ValidationFigures Judge(Trained<RankerNetwork> student, string name)
        {
            RankerExport.RoundItems(student.Network);
            var scorer = new NetworkScorer(name, student.Network, student.Calibration, set);
            ValidationFigures figures = ValidationFigures.Of(Evaluator.Run(scorer, judges, progress, cancellation));
            tried[name] = figures.All;
            if (figures.FirstTime is { } discovery)
                firstTime[name] = discovery;
            return figures;
        }
    }

    private static TestSet Judges(ShopData earlier, TimeSplit validation)
    {
        try
        {
            return TestSet.Create(earlier, validation, MaxUsers);
        }
        catch (TrainingException)
        {
            throw new TrainingException(
                "--preset full tunes on the last tenth of the events that it trains on, and nobody with earlier events bought anything "
                    + "there. Use --preset quick, which takes proven settings."
            );
        }
    }

    private GateFitting.Result FitGate(DistilledRun run, TrainingSet set, TestSet judges)
    {
        var scores = new List<float[]>();
        foreach (TeacherRecipe teacher in TeacherRecipe.All)
        {
            using Trained<Teacher> opened = run.Open(teacher);
            var all = new float[judges.Users.Length * judges.ItemCount];
            new NetworkScorer(teacher.Name, opened.Network, opened.Calibration, set).Score(judges.Users, all);
            scores.Add(all);
            cancellation.ThrowIfCancellationRequested();
        }

        int[] entries = [.. judges.Users.Select(user => Math.Min(options.History, set.Histories.End(user) - set.Histories.Start(user)))];
        return GateFitting.Fit(scores, entries, judges, progress, cancellation);
    }
}
