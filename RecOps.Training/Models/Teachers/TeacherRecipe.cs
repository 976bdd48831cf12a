using RecOps.Training.Models.Learning;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// One of the teachers and how it is trained. Teachers differ in their architecture, their seed and how their negatives are sampled.
/// </summary>
/// <param name="Name">Name of its file, and its name in reports.</param>
internal sealed record TeacherRecipe(string Name, Func<TeacherShape, Teacher> Create, double NegativePower)
{
    /// <summary>In the order they are trained in.</summary>
    public static readonly IReadOnlyList<TeacherRecipe> All =
    [
        new("deepfm", shape => new DeepFm(shape), 0.5),
        new("dcnv2", shape => new DcnV2(shape), 0.75) { Shape = Narrow, Cost = 1.5 },
        new("xdeepfm", shape => new XDeepFm(shape), 0.25)
        {
            Shape = Narrow,
            ItemRate = 0.003,
            Cost = 5,
        },
        new("din", shape => new Din(shape), 0.5) { Cost = 5 },
        new("dlrm", shape => new Dlrm(shape), 0.75)
        {
            Shape = shape => shape with { Dimension = 128 },
            ItemRate = 0.003,
            Cost = 2,
        },
    ];

    /// <summary>Those that take longest to train first, so that nothing long is left for the end when several are trained at a time.</summary>
    public static IEnumerable<TeacherRecipe> ByCost => All.OrderByDescending(teacher => teacher.Cost);

    /// <summary>Default number of passes over the lessons.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>
    /// Initial learning rate of item vectors. A low rate is best for repeat purchases, a high one for first-time purchases.
    /// </summary>
    public double ItemRate { get; init; } = 0.001;

    /// <summary>Time to train it relative to the others.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>Changes the default sizes.</summary>
    public Func<TeacherShape, TeacherShape> Shape { get; init; } = shape => shape;

    /// <summary>The recipe for <see cref="RankerTrainer"/> in a run with this seed.</summary>
    public LearningRecipe Learning(int seed, int epochs) =>
        new()
        {
            Seed = (seed * 1000) + NumberOf(this),
            Epochs = epochs,
            NegativePower = NegativePower,
            Candidates = 200,
            ItemRate = ItemRate,
            Rate = 0.001,

            // It makes teachers worse at repeat purchases, which they are asked for, and hardly better at others.
            FirstTimeShare = 0,
        };

    /// <summary>For networks whose cost grows with the square of the total field length.</summary>
    private static TeacherShape Narrow(TeacherShape shape) => shape with { Dimension = 32 };

    private static int NumberOf(TeacherRecipe recipe) => All.TakeWhile(other => other != recipe).Count() + 1;
}
