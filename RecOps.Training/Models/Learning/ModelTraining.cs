using RecOps.Training.Models.Rivals;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>Creates networks and trains them.</summary>
/// <param name="set">The training data.</param>
internal sealed class ModelTraining(TrainingSet set, ITrainingProgress progress, CancellationToken cancellation)
{
    public TrainingSet Set => set;

    /// <summary>Trains a student on purchases alone.</summary>
    /// <returns>The network, which the caller disposes.</returns>
    public Trained<RankerNetwork> TrainStudent(RankerShape shape, LearningRecipe recipe, string name) =>
        Train(
            () => Student(shape, recipe),
            recipe,
            random => new PurchaseGoal(set.Reader, set.Sampler(recipe), recipe.FirstTimeShare, random),
            name,
            null
        );

    /// <summary>Trains a student towards any goal.</summary>
    /// <param name="goal">Creates the goal with the run's random numbers.</param>
    /// <returns>The network, which the caller disposes.</returns>
    public Trained<RankerNetwork> TrainStudent(RankerShape shape, LearningRecipe recipe, Func<Random, ILearningGoal> goal, string name) =>
        Train(() => Student(shape, recipe), recipe, goal, name, null);

    private RankerNetwork Student(RankerShape shape, LearningRecipe recipe) =>
        new(shape, recipe.SharesTraits ? ItemTraits.Of(set.Data.Catalog) : null);

    /// <summary>Trains a teacher on purchases.</summary>
    /// <param name="early">Called with the network after a third of the passes, or after the first if there are fewer than three.</param>
    /// <returns>The network, which the caller disposes.</returns>
    public Trained<Teacher> TrainTeacher(TeacherRecipe teacher, TeacherShape shape, LearningRecipe recipe, Action<Trained<Teacher>> early)
    {
        int when = Math.Max(1, recipe.Epochs / 3);
        return Train(
            () => teacher.Create(shape),
            recipe,
            random => new PurchaseGoal(set.Reader, set.Sampler(recipe), recipe.FirstTimeShare, random),
            teacher.Name,
            (passes, trained) =>
            {
                if (passes == when)
                    early(trained);
            }
        );
    }

    /// <summary>Trains a network to compare with on purchases.</summary>
    /// <returns>The network, which the caller disposes.</returns>
    public Trained<SasRec> TrainRival(Func<SasRec> create, LearningRecipe recipe, string name) =>
        Train(create, recipe, random => new PurchaseGoal(set.Reader, set.Sampler(recipe), recipe.FirstTimeShare, random), name, null);

    private Trained<TModel> Train<TModel>(
        Func<TModel> create,
        LearningRecipe recipe,
        Func<Random, ILearningGoal> goal,
        string name,
        Action<int, Trained<TModel>>? checkpoint
    )
        where TModel : RankingModel
    {
        TorchRuntime.EnsureLoaded();
        manual_seed(recipe.Seed);

        // Steps are too small to parallelise: a second thread costs as much as it saves, and sums would depend on the number of cores.
        int threads = get_num_threads();
        set_num_threads(1);
        var random = new Random(recipe.Seed);
        TModel model = create();
        try
        {
            var calibrating = new PurchaseGoal(set.Reader, set.Sampler(recipe), recipe.FirstTimeShare, random);
            new RankerTrainer(recipe, random).Teach(
                model,
                goal(random),
                name,
                progress,
                cancellation,
                passes =>
                    checkpoint?.Invoke(
                        passes,
                        new Trained<TModel>(model, LessonCalibration.Fit(model, calibrating, new Random(recipe.Seed)))
                    )
            );
            model.Settle();
            return new Trained<TModel>(model, LessonCalibration.Fit(model, calibrating, random));
        }
        catch
        {
            model.Dispose();
            throw;
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}

/// <summary>A trained network, and the calibration that turns its scores into probabilities.</summary>
internal sealed record Trained<TModel>(TModel Network, ScoreCalibration Calibration) : IDisposable
    where TModel : RankingModel
{
    public void Dispose() => Network.Dispose();
}
