namespace RecOps.Training.Cli;

/// <summary>Whether a directory may be written to; asked before the work, not after it.</summary>
internal static class OutputDirectory
{
    /// <param name="force">What is there may be replaced.</param>
    /// <returns>False after saying why not.</returns>
    public static bool Check(string directory, bool force, TextWriter error)
    {
        if (File.Exists(directory))
        {
            error.WriteLine($"{directory} is a file; --out names a directory.");
            return false;
        }

        if (force || !Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any())
            return true;
        error.WriteLine($"{directory} exists and is not empty; add --force to replace what is there.");
        return false;
    }
}
