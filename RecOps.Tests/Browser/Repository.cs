namespace RecOps.Tests.Browser;

/// <summary>Paths in the repository, found from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory, "RecOps.sln");

    public static string ProjectDirectory { get; } = Path.Combine(Root, "RecOps.Tests");

    public static string Screenshots { get; } = Path.Combine(Root, "TestResults", "screenshots");

    private static string Above(string directory, string marker)
    {
        for (DirectoryInfo? each = new(directory); each is not null; each = each.Parent)
        {
            if (File.Exists(Path.Combine(each.FullName, marker)))
                return each.FullName;
        }

        throw new InvalidOperationException($"No directory above {directory} has a {marker}.");
    }
}
