using System.Security.Cryptography;
using System.Text;

namespace RecOps.Training.Distillation;

/// <summary>
/// Where a long training keeps its finished steps, beside the bundle's place, so that it can resume. A file appears under its name only
/// when it is complete.
/// </summary>
internal sealed class WorkDirectory
{
    private const string StampFile = "stamp.txt";

    private WorkDirectory(string path, bool isResumed)
    {
        Path = path;
        IsResumed = isResumed;
    }

    public string Path { get; }

    /// <summary>An earlier training with the same data and options left results here.</summary>
    public bool IsResumed { get; }

    /// <summary>An earlier training with other data or options left results here, which were deleted.</summary>
    public bool ReplacedOther { get; private init; }

    /// <param name="output">Directory of the bundle to be.</param>
    public static string PathFor(string output) =>
        $"{System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output))}.work";

    /// <param name="output">Directory of the bundle to be.</param>
    /// <param name="asked">Everything the result depends on. Work that was begun with anything else is deleted.</param>
    public static WorkDirectory Open(string output, string asked)
    {
        string path = PathFor(output);
        string stamp = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)));
        string file = System.IO.Path.Combine(path, StampFile);
        bool resumed = File.Exists(file) && File.ReadAllText(file) == stamp;
        bool replaced = !resumed && Directory.Exists(path);
        if (replaced)
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        if (!resumed)
            File.WriteAllText(file, stamp);
        return new WorkDirectory(path, resumed) { ReplacedOther = replaced };
    }

    /// <summary>Whether an interrupted training for this bundle has left finished networks.</summary>
    /// <param name="output">Directory of the bundle to be.</param>
    public static bool HasFinishedSteps(string output) =>
        Directory.Exists(PathFor(output)) && Directory.EnumerateFiles(PathFor(output), "*.weights", SearchOption.AllDirectories).Any();

    /// <summary>One that another process has opened.</summary>
    public static WorkDirectory Existing(string path) => new(path, isResumed: true);

    /// <summary>A subdirectory.</summary>
    public WorkDirectory Part(string name)
    {
        string path = At(name);
        Directory.CreateDirectory(path);
        return new WorkDirectory(path, IsResumed);
    }

    public string At(string file) => System.IO.Path.Combine(Path, file);

    public bool Has(string file) => File.Exists(At(file));

    /// <summary>Writes a file under a temporary name and renames it when it is complete.</summary>
    public void Write(string file, Action<string> write)
    {
        string partial = At($"{file}.partial");
        write(partial);
        File.Move(partial, At(file), overwrite: true);
    }

    public void Delete() => Directory.Delete(Path, recursive: true);
}
