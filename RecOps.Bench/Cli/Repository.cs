namespace RecOps.Bench.Cli;

/// <summary>Where the sources are and what was built from them.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A program of this repository in the configuration that this one was built in.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Program(string project)
    {
        string output = Path.GetRelativePath(Path.Combine(Root, "RecOps.Bench"), AppContext.BaseDirectory);
        string path = Path.Combine(Root, project, output, $"{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing; build {project}.");
    }

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "RecOps.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? Environment.CurrentDirectory;
    }
}
