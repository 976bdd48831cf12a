namespace RecOps.Training.Cli;

/// <summary>
/// Collects files beside their final place and moves them there together, so that an interrupt leaves nothing half-written.
/// </summary>
internal sealed class StagedDirectory : IDisposable
{
    private readonly string _final;

    /// <param name="directory">Where the files will be; created if necessary.</param>
    public StagedDirectory(string directory)
    {
        _final = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory));
        Path = $"{_final}.partial-{Environment.ProcessId}";
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where files are written until <see cref="Publish"/>.</summary>
    public string Path { get; }

    /// <summary>Moves the files; those of the same name are replaced, others stay.</summary>
    public void Publish()
    {
        Directory.CreateDirectory(_final);
        foreach (string file in Directory.EnumerateFiles(Path))
            File.Move(file, System.IO.Path.Combine(_final, System.IO.Path.GetFileName(file)), overwrite: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
