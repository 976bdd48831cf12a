using Microsoft.ML.OnnxRuntime;
using RecOps.Tests.Training.Onnx;
using RecOps.Training.Models;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace RecOps.Tests.Training.Models;

/// <summary>Each teacher computes the same in Torch, where it is trained, and as an ONNX model, where it is stored.</summary>
[Collection(TorchTests.Name)]
public sealed class TeacherTests
{
    private const int Items = 40;
    private const int History = 9;
    private const int Context = 2;
    private const int Dimension = 6;
    private readonly Random _random = new(5);

    public static TheoryData<string, bool> Forms =>
        [.. TeacherRecipe.All.SelectMany(recipe => new[] { (recipe.Name, false), (recipe.Name, true) })];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Save_AnyTeacherAndInputs_ScoresLikeTorch(string name, bool readsEvents)
    {
        using Teacher teacher = Make(name, readsEvents);
        Inputs inputs = Draw(users: 3, candidates: 17);
        var calibration = new ScoreCalibration(1.2f, -0.3f);
        float[] trends = Trends();

        using var model = new OnnxModel(path => TeacherGraph.Save([("teacher", teacher, calibration)], null, trends, path));

        Compare(Expected(teacher, calibration, inputs, trends), model.Run(inputs.ToOnnx(readsEvents)));
    }

    [Fact]
    public void Save_TrendsOfAnotherSnapshot_AreUsedInsteadOfItsOwn()
    {
        using Teacher teacher = Make("deepfm");
        Inputs inputs = Draw(users: 2, candidates: 5);
        float[] then = Trends();
        using var model = new OnnxModel(path =>
            TeacherGraph.Save([("teacher", teacher, new ScoreCalibration(1, 0))], null, Trends(), path)
        );

        float[] actual = model.Run([.. inputs.ToOnnx(), OnnxModel.Input(TeacherGraph.Trends, then, Items, ItemTrends.Columns)]);

        Compare(Expected(teacher, new ScoreCalibration(1, 0), inputs, then), actual);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Save_SeveralTeachers_AveragesTheirCalibratedLogits(bool gated)
    {
        using Teacher one = Make("dlrm");
        using Teacher two = Make("deepfm");
        (ScoreCalibration first, ScoreCalibration second) = (new(1.5f, 0.2f), new(0.7f, -0.1f));
        Inputs inputs = Draw(users: 3, candidates: 8);
        float[] trends = Trends();
        EnsembleGate? gate = gated ? new EnsembleGate([0.8f, -0.5f], [-0.2f, 0.4f]) : null;

        using var model = new OnnxModel(path => TeacherGraph.Save([("one", one, first), ("two", two, second)], gate, trends, path));

        float[] a = Expected(one, first, inputs, trends);
        float[] b = Expected(two, second, inputs, trends);
        var expected = new float[a.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            int entries = inputs.History.Skip(i / 8 * History).Take(History).Count(item => item >= 0);
            float[] weights = gate?.Weights(entries) ?? [0.5f, 0.5f];
            expected[i] = Sigmoid((weights[0] * Logit(a[i])) + (weights[1] * Logit(b[i])));
        }

        Compare(expected, model.Run(inputs.ToOnnx()));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Logits_EveryParameter_GetsAGradient(string name, bool readsEvents)
    {
        using Teacher teacher = Make(name, readsEvents);
        teacher.train();
        using var scope = NewDisposeScope();
        teacher.Logits(Draw(users: 3, candidates: 17).ToLessons(Trends())).square().sum().backward();
        Assert.All(
            teacher.named_parameters(),
            parameter =>
                Assert.True(
                    parameter.parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0,
                    $"{parameter.name} does not affect the scores"
                )
        );
    }

    private static float Logit(float p) => MathF.Log(p / (1 - p));

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static void Compare(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4f);
        Assert.True(actual.Max() - actual.Min() > 0.01f, "all scores are the same, which would hide differences");
    }

    /// <summary>Learned values of all magnitudes, so that a wrong operator cannot hide behind small numbers.</summary>
    private static Teacher Make(string name, bool readsEvents = false)
    {
        TorchRuntime.EnsureLoaded();
        manual_seed(7);
        Teacher teacher = TeacherRecipe
            .All.First(recipe => recipe.Name == name)
            .Create(
                new TeacherShape
                {
                    Items = Items,
                    Dimension = Dimension,
                    History = History,
                    Context = Context,
                    ReadsEvents = readsEvents,
                    Hidden = [24, 12],
                }
            );
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (var parameter in teacher.parameters())
                parameter.add_(randn(parameter.shape) * 0.2);
        }

        teacher.eval();
        return teacher;
    }

    private static float[] Expected(Teacher teacher, ScoreCalibration calibration, Inputs inputs, float[] trends)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor logits = teacher.Logits(inputs.ToLessons(trends));
            return sigmoid((logits * calibration.Slope) + calibration.Offset).data<float>().ToArray();
        }
    }

    private float[] Trends() => [.. Enumerable.Range(0, Items * ItemTrends.Columns).Select(_ => _random.NextSingle() - 0.5f)];

    /// <summary>The first user's history is empty; others have repeats and padding.</summary>
    private Inputs Draw(int users, int candidates) =>
        new(
            users,
            candidates,
            [
                .. Enumerable
                    .Range(0, users)
                    .SelectMany(user =>
                    {
                        int length = user == 0 ? 0 : _random.Next(1, History + 1);
                        return Enumerable.Range(0, History).Select(i => i < length ? _random.Next(Items / 5) : -1L).ToArray();
                    }),
            ],
            [.. Enumerable.Range(0, users * candidates).Select(_ => (long)_random.Next(Items))],
            [.. Enumerable.Range(0, users * Context).Select(_ => _random.NextSingle())],
            [.. Enumerable.Range(0, users * History).Select(_ => (long)_random.Next(4))],
            [.. Enumerable.Range(0, users * History).Select(_ => 90 * _random.NextSingle())]
        );

    private sealed record Inputs(int Users, int Candidates, long[] History, long[] Items, float[] Context, long[] Types, float[] Ages)
    {
        public (string Name, OrtValue Value)[] ToOnnx(bool readsEvents = false) =>
            [
                OnnxModel.Input("user", new float[Users * Dimension], Users, Dimension),
                OnnxModel.Input("history", History, Users, TeacherTests.History),
                OnnxModel.Input("candidates", Items, Users, Candidates),
                OnnxModel.Input("context", Context, Users, TeacherTests.Context),
                .. readsEvents ? Events : [],
            ];

        private (string Name, OrtValue Value)[] Events =>
            [
                OnnxModel.Input("historyTypes", Types, Users, TeacherTests.History),
                OnnxModel.Input("historyAges", Ages, Users, TeacherTests.History),
            ];

        public LessonBatch ToLessons(float[] trends)
        {
            Tensor ordinals = tensor(Items, [Users, Candidates]);
            Tensor none = zeros(Users, Candidates);
            return new LessonBatch(
                tensor(History, [Users, TeacherTests.History]),
                zeros(Users, TeacherTests.History),
                ordinals,
                tensor(trends, [TeacherTests.Items, ItemTrends.Columns])[ordinals],
                none,
                none,
                tensor(Context, [Users, TeacherTests.Context]),
                tensor(Types, [Users, TeacherTests.History]),
                tensor(Ages, [Users, TeacherTests.History])
            );
        }
    }
}
