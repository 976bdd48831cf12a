namespace RecOps.Training.Cli;

/// <summary>Checks whether a directory may be written to, before the work starts rather than after it.</summary>
internal static class OutputDirectory
{
    /// <param name="force">Existing content may be replaced.</param>
    /// <returns>False when it may not; the reason has been printed.</returns>
    public static bool Check(string directory, bool force, TextWriter error)
    {
        if (File.Exists(directory))
        {
            error.WriteLine($"{directory} is a file, but --out must be a directory.");
            return false;
        }

        if (force || !Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any())
            return true;
        error.WriteLine($"{directory} exists and is not empty. Add --force to replace its content.");
        return false;
    }
}
