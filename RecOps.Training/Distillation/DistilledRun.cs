using RecOps.Shared.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Models.Rivals;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Trains one seed from data to student.
/// 1. Train the teachers; keep a checkpoint of each after a third of its passes (the early teachers).
/// 2. Export each teacher, the ensemble and the early ensemble as ONNX.
/// 3. Train the control, the same student without teachers.
/// 4. Build the candidate pools (<see cref="LessonPools"/>) and have the ensembles score them.
/// 5. Train the student on purchases and on those scores (<see cref="DistillationGoal"/>).
/// Each step keeps its result in the work directory and is skipped when the result is already there.
/// </summary>
internal sealed class DistilledRun(
    TrainOptions options,
    TrainingSet set,
    int seed,
    WorkDirectory work,
    ITrainingProgress progress,
    CancellationToken cancellation
)
{
    public const string ControlName = "control";

    /// <summary>SASRec, which is trained to be compared with.</summary>
    public const string RivalName = BaselineName.SasRec;

    private const string Weights = ".weights";
    private const string Early = ".early";
    private const string RivalFile = RivalName + Weights;
    private const string ControlFile = ControlName + Weights;
    private const string StudentFile = "student.weights";
    private const string PoolsFile = "answers.safetensors";
    private readonly ModelTraining _training = new(set, progress, cancellation);

    public int Seed => seed;

    public RankerShape StudentShape { get; } = options.StudentShape(set.Data);

    /// <summary>How the student and the control are trained.</summary>
    public LearningRecipe StudentRecipe =>
        options.Epochs is { } epochs
            ? new LearningRecipe
            {
                Seed = seed,
                SharesTraits = options.SharesTraits,
                Epochs = epochs,
            }
            : new LearningRecipe { Seed = seed, SharesTraits = options.SharesTraits };

    /// <summary>Path of the ensemble's ONNX file once <see cref="ExportTeachers"/> has run.</summary>
    public string EnsemblePath => work.At("ensemble.onnx");

    /// <summary>Path of a teacher's ONNX file once <see cref="ExportTeachers"/> has run.</summary>
    public string TeacherPath(TeacherRecipe teacher) => work.At($"{teacher.Name}.onnx");

    /// <summary>Trains the networks that are not in the work directory yet, several at a time where that is possible.</summary>
    /// <param name="withRival">Whether to train the rival too, beside teachers and control.</param>
    public void TrainNetworks(bool withRival)
    {
        string[] missing =
        [
            .. TeacherRecipe
                .ByCost.Select(teacher => teacher.Name)
                .Concat(withRival ? [RivalName, ControlName] : [ControlName])
                .Where(network => !work.Has(network + Weights)),
        ];
        if (missing.Length < 2 || StepProcess.Parallelism < 2 || !File.Exists(options.Import.Interactions))
        {
            Array.ForEach(missing, Train);
            return;
        }

        string fingerprint = options.Fingerprint(set.Data);
        int rows = set.Data.Interactions.Count;
        StepProcess.RunAll(
            [.. missing.Select(network => new TrainingStep(options, rows, set.Split, fingerprint, seed, work.Path, network))],
            progress,
            cancellation
        );
    }

    /// <summary>Trains one network and keeps it.</summary>
    /// <param name="network">A teacher's name, <see cref="ControlName"/> or <see cref="RivalName"/>.</param>
    public void Train(string network)
    {
        if (network == ControlName)
        {
            using Trained<RankerNetwork> control = _training.TrainStudent(StudentShape, StudentRecipe, ControlName);
            Keep(control, ControlFile);
            return;
        }

        if (network == RivalName)
        {
            using Trained<SasRec> rival = _training.TrainRival(NewRival, SasRec.Learning(seed, options.Epochs), RivalName);
            Keep(rival, RivalFile);
            return;
        }

        TeacherRecipe teacher = TeacherRecipe.All.Single(one => one.Name == network);
        LearningRecipe recipe = teacher.Learning(seed, options.Epochs ?? teacher.Epochs);
        using Trained<Teacher> trained = _training.TrainTeacher(
            teacher,
            Shape(teacher),
            recipe,
            early => Keep(early, teacher.Name + Early + Weights)
        );
        Keep(trained, teacher.Name + Weights);
    }

    /// <summary>Opens a trained teacher; the caller disposes it.</summary>
    public Trained<Teacher> Open(TeacherRecipe teacher) => Open(teacher, Weights);

    /// <summary>Writes each teacher, the ensemble and the early ensemble as ONNX models.</summary>
    /// <param name="gate">Weighs the ensemble's teachers; null for the plain mean.</param>
    public void ExportTeachers(EnsembleGate? gate)
    {
        foreach (string suffix in new[] { Weights, Early + Weights })
        {
            bool early = suffix != Weights;
            if (early && !TeacherRecipe.All.All(teacher => work.Has(teacher.Name + suffix)))
                continue;
            var opened = new List<Trained<Teacher>>();
            try
            {
                foreach (TeacherRecipe teacher in TeacherRecipe.All)
                {
                    opened.Add(Open(teacher, suffix));
                    if (!early)
                        Export($"{teacher.Name}.onnx", null, (teacher.Name, opened[^1]));
                }

                Export(
                    early ? "early.onnx" : "ensemble.onnx",
                    gate,
                    [.. TeacherRecipe.All.Zip(opened, (teacher, network) => (teacher.Name, network))]
                );
            }
            finally
            {
                opened.ForEach(teacher => teacher.Dispose());
            }
        }
    }

    /// <summary>The same student without teachers; the caller disposes it.</summary>
    public Trained<RankerNetwork> Control()
    {
        if (!work.Has(ControlFile))
            Train(ControlName);
        return NetworkFile.Load(new RankerNetwork(StudentShape), work.At(ControlFile));
    }

    /// <summary>The trained rival; the caller disposes it.</summary>
    public Trained<SasRec> Rival() => NetworkFile.Load(NewRival(), work.At(RivalFile));

    /// <summary>Has the exported ensembles score the candidate pools of past lessons.</summary>
    public TeacherAnswers Ask()
    {
        if (work.Has(PoolsFile))
            return AnswersFile.Read(work.At(PoolsFile));
        using Trained<RankerNetwork> control = Control();
        LessonPools pools = LessonPools.Build(set, control.Network, StudentRecipe, progress, cancellation);
        float[]? early = work.Has("early.onnx") ? Score("early.onnx", pools, "Early teachers' scores") : null;
        var answers = new TeacherAnswers(pools, early, Score("ensemble.onnx", pools, "Teachers' scores"));
        work.Write(PoolsFile, path => AnswersFile.Write(answers, path));
        return answers;
    }

    /// <summary>The distilled student; the caller disposes it.</summary>
    public Trained<RankerNetwork> Student(TeacherAnswers answers, DistillationSettings settings)
    {
        if (!work.Has(StudentFile))
        {
            using Trained<RankerNetwork> trained = Distil(answers, settings, "student");
            Keep(trained, StudentFile);
        }

        return NetworkFile.Load(new RankerNetwork(StudentShape), work.At(StudentFile));
    }

    /// <summary>A student that is not kept in the work directory; the caller disposes it.</summary>
    public Trained<RankerNetwork> Distil(TeacherAnswers answers, DistillationSettings settings, string name) =>
        Distil(_training, StudentShape, StudentRecipe, answers, settings, name);

    public static Trained<RankerNetwork> Distil(
        ModelTraining training,
        RankerShape shape,
        LearningRecipe recipe,
        TeacherAnswers answers,
        DistillationSettings settings,
        string name
    ) =>
        training.TrainStudent(
            shape,
            recipe,
            random => new DistillationGoal(
                training.Set.Reader,
                answers,
                settings,
                recipe.FirstTimeShare,
                new PurchaseGoal(training.Set.Reader, training.Set.Sampler(recipe), recipe.FirstTimeShare, random)
            ),
            name
        );

    private SasRec NewRival() => new(set.Data.Catalog.Count, SasRec.DefaultDimension, options.History);

    private float[] Score(string file, LessonPools pools, string name)
    {
        using var session = new TeacherSession(work.At(file), options.ReadsEvents ? RankerSignature.WithEvents : new RankerSignature());
        return session.Score(set.Reader, pools, name, progress, cancellation);
    }

    private TeacherShape Shape(TeacherRecipe teacher) =>
        teacher.Shape(
            new TeacherShape
            {
                Items = set.Data.Catalog.Count,
                History = options.History,
                ReadsEvents = options.ReadsEvents,
                Context = TrainingSet.Features.Context.Length,
            }
        );

    private Trained<Teacher> Open(TeacherRecipe teacher, string suffix)
    {
        Runtime.TorchRuntime.EnsureLoaded();
        return NetworkFile.Load(teacher.Create(Shape(teacher)), work.At(teacher.Name + suffix));
    }

    private void Export(string file, EnsembleGate? gate, params (string Name, Trained<Teacher> Trained)[] teachers) =>
        work.Write(
            file,
            path =>
                TeacherGraph.Save(
                    [.. teachers.Select(teacher => (teacher.Name, teacher.Trained.Network, teacher.Trained.Calibration))],
                    gate,
                    set.Trends.At(set.Trends.Moments - 1),
                    path
                )
        );

    private void Keep<TModel>(Trained<TModel> trained, string file)
        where TModel : RankingModel
    {
        string partial = work.At(file + ".partial");
        NetworkFile.Save(trained, partial);
        NetworkFile.Move(partial, work.At(file));
    }
}
