using RecOps.Shared.Bundles;

namespace RecOps.Training.Distillation;

/// <summary>Saves the teachers' answers so that an interrupted training can resume.</summary>
internal static class AnswersFile
{
    private const string Lessons = "lessons";
    private const string Candidates = "candidates";
    private const string Labels = "labels";
    private const string Corrections = "corrections";
    private const string Final = "final";
    private const string Early = "early";

    public static void Write(TeacherAnswers answers, string path)
    {
        LessonPools pools = answers.Pools;
        (int n, int k) = (pools.Lessons.Length, pools.Width);
        using var file = new SafetensorsWriter(
            path,
            [
                SafetensorsWriter.Declaration.Of<int>(Lessons, n),
                SafetensorsWriter.Declaration.Of<int>(Candidates, n * k),
                .. new[] { Labels, Corrections, Final }.Select(name => SafetensorsWriter.Declaration.Of<float>(name, n * k)),
                .. answers.Early is null ? [] : new[] { SafetensorsWriter.Declaration.Of<float>(Early, n * k) },
            ]
        );
        file.Write<int>(pools.Lessons);
        file.Write<int>(pools.Candidates);
        file.Write<float>(pools.Labels);
        file.Write<float>(pools.Corrections);
        file.Write<float>(answers.Final);
        if (answers.Early is { } early)
            file.Write<float>(early);
        file.Complete();
    }

    public static TeacherAnswers Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        int[] lessons = Values<int>(file, Lessons);
        int[] candidates = Values<int>(file, Candidates);
        var pools = new LessonPools(
            candidates.Length / lessons.Length,
            lessons,
            candidates,
            Values<float>(file, Labels),
            Values<float>(file, Corrections)
        );
        return new TeacherAnswers(pools, file.Contains(Early) ? Values<float>(file, Early) : null, Values<float>(file, Final));
    }

    private static T[] Values<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        int count = file.RowsOf(name);
        return file.Get<T>(name, count).RowRange(0, count).ToArray();
    }
}
