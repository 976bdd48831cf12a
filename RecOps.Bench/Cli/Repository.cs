namespace RecOps.Bench.Cli;

/// <summary>Paths of the repository and of the programs built from it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Path of a program of this repository, in the same build configuration as this one.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Program(string project)
    {
        string output = Path.GetRelativePath(Path.Combine(Root, "RecOps.Bench"), AppContext.BaseDirectory);
        string path = Path.Combine(Root, project, output, $"{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} does not exist. Build {project} first.");
    }

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "RecOps.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? Environment.CurrentDirectory;
    }
}
