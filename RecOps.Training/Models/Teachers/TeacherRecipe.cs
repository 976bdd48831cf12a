using RecOps.Training.Models.Learning;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// One of the teachers and how it is taught. They differ in what they are, where they start and which wrong answers they see.
/// </summary>
/// <param name="Name">Of its file, and in reports.</param>
internal sealed record TeacherRecipe(string Name, Func<TeacherShape, Teacher> Create, double NegativePower)
{
    /// <summary>In the order they are taught in.</summary>
    public static readonly IReadOnlyList<TeacherRecipe> All =
    [
        new("deepfm", shape => new DeepFm(shape), 0.5),
        new("dcnv2", shape => new DcnV2(shape), 0.75) { Shape = Narrow },
        new("xdeepfm", shape => new XDeepFm(shape), 0.25) { Shape = Narrow, ItemRate = 0.003 },
        new("din", shape => new Din(shape), 0.5),
        new("dlrm", shape => new Dlrm(shape), 0.75) { Shape = shape => shape with { Dimension = 128 }, ItemRate = 0.003 },
    ];

    /// <summary>Passes over the lessons unless told otherwise.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>
    /// Of item vectors, at the start. Slow ones know best what is bought again, fast ones what is bought for the first time.
    /// </summary>
    public double ItemRate { get; init; } = 0.001;

    /// <summary>Sizes that differ from the usual ones.</summary>
    public Func<TeacherShape, TeacherShape> Shape { get; init; } = shape => shape;

    /// <summary>What <see cref="RankerTrainer"/> is to do for one of several runs.</summary>
    public LearningRecipe Learning(int seed, int epochs) =>
        new()
        {
            Seed = (seed * 1000) + NumberOf(this),
            Epochs = epochs,
            NegativePower = NegativePower,
            Candidates = 200,
            ItemRate = ItemRate,
            Rate = 0.001,
        };

    /// <summary>For networks whose cost grows with the square of the length of all fields.</summary>
    private static TeacherShape Narrow(TeacherShape shape) => shape with { Dimension = 32 };

    private static int NumberOf(TeacherRecipe recipe) => All.TakeWhile(other => other != recipe).Count() + 1;
}
